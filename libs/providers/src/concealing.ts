import { label } from './printable.js';
import { redact } from './redact.js';
import type { AnswerReport, Exchange, StreamTranslator } from './translator.js';

/**
 * The exchange with reports whose names are fit for headers, traces and the ledger: a provider chooses them freely, and
 * may name the very key that it was called with.
 */
export function concealing(exchange: Exchange, secrets: readonly string[]): Exchange {
  const clean = (report: AnswerReport): AnswerReport => {
    const { servedVersion: version, finishReason: reason } = report;
    return {
      ...report,
      ...(version === undefined ? {} : { servedVersion: label(redact(version, secrets)) }),
      ...(reason === undefined ? {} : { finishReason: label(redact(reason, secrets)) }),
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
