import { label, printable } from './printable.js';
import { redact } from './redact.js';
import type { AnswerFault, AnswerReport, Exchange, StreamProgress, StreamTranslator } from './translator.js';

/**
 * The exchange with reports and faults whose words are fit for headers, logs, traces and the ledger: a provider chooses
 * them freely, and may name the very key that it was called with.
 */
export function concealing(exchange: Exchange, secrets: readonly string[]): Exchange {
  const shown = new Map<string, string>();
  /** A stream is reported of more than once, with the same names. */
  const show = (name: string): string => {
    const known = shown.get(name) ?? label(redact(name, secrets));
    shown.set(name, known);
    return known;
  };
  const clean: Cleaners = {
    report: (report) => {
      const { servedVersion: version, finishReason: reason } = report;
      return {
        ...report,
        ...(version === undefined ? {} : { servedVersion: show(version) }),
        ...(reason === undefined ? {} : { finishReason: show(reason) }),
      };
    },
    fault: ({ fault, detail }) => ({ fault, detail: printable(redact(detail, secrets)) }),
  };
  return {
    request: exchange.request,
    answer: (bytes) => {
      const answer = exchange.answer(bytes);
      const report = clean.report(answer.report);
      return answer.fault ? { fault: clean.fault(answer.fault), report } : { ...answer, report };
    },
    stream: () => speakingBy(clean, exchange.stream()),
  };
}

interface Cleaners {
  readonly report: (report: AnswerReport) => AnswerReport;
  readonly fault: (fault: AnswerFault) => AnswerFault;
}

function speakingBy(clean: Cleaners, stream: StreamTranslator): StreamTranslator {
  const said = (progress: StreamProgress): StreamProgress =>
    progress.fault ? { ...progress, fault: clean.fault(progress.fault) } : progress;
  return {
    push: (chunk) => said(stream.push(chunk)),
    close: () => said(stream.close()),
    report: () => clean.report(stream.report()),
  };
}
