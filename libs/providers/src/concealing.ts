import { label } from './printable.js';
import { redact } from './redact.js';
import type { AnswerReport, Exchange, StreamTranslator } from './translator.js';

/**
 * The exchange with reports whose names are fit for headers, traces and the ledger: a provider chooses them freely, and
 * may name the very key that it was called with.
 */
export function concealing(exchange: Exchange, secrets: readonly string[]): Exchange {
  const shown = new Map<string, string>();
  /** A stream is reported of more than once, with the same names. */
  const show = (name: string): string => {
    const known = shown.get(name) ?? label(redact(name, secrets));
    shown.set(name, known);
    return known;
  };
  const clean = (report: AnswerReport): AnswerReport => {
    const { servedVersion: version, finishReason: reason } = report;
    return {
      ...report,
      ...(version === undefined ? {} : { servedVersion: show(version) }),
      ...(reason === undefined ? {} : { finishReason: show(reason) }),
    };
  };
  return {
    request: exchange.request,
    answer: (bytes) => {
      const answer = exchange.answer(bytes);
      return { ...answer, report: clean(answer.report) };
    },
    stream: () => reportingBy(clean, exchange.stream()),
  };
}

function reportingBy(clean: (report: AnswerReport) => AnswerReport, stream: StreamTranslator): StreamTranslator {
  return {
    push: (chunk) => stream.push(chunk),
    close: () => stream.close(),
    report: () => clean(stream.report()),
  };
}
