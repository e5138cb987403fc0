import fc from 'fast-check';
import type { AnswerReport, StreamProgress, StreamTranslator } from '../translator.js';

export interface Replay {
  readonly text: string;
  readonly report: AnswerReport;
  readonly fault: StreamProgress['fault'];
  readonly ended: boolean;
  readonly content: boolean;
}

/** Pushes the stream in pieces that end at the given places, closes it, and gathers what came of it. */
export function replay(stream: StreamTranslator, source: string | Uint8Array, cuts: readonly number[] = []): Replay {
  const bytes = typeof source === 'string' ? new TextEncoder().encode(source) : source;
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
  const steps = [...pieces.map((piece) => stream.push(piece)), stream.close()];
  return {
    text: Buffer.concat(steps.map((step) => step.bytes)).toString('utf8'),
    report: stream.report(),
    fault: steps.find((step) => step.fault)?.fault,
    ended: steps.some((step) => step.ended),
    content: steps.some((step) => step.content),
  };
}

/** Where a stream may be cut into chunks. */
export const anyCuts = fc.array(fc.nat(), { maxLength: 40 });

/** The JSON of the events of a stream; what is no JSON stays text. */
export function eventsOf(text: string): readonly unknown[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => block.slice(block.indexOf('data: ') + 'data: '.length))
    .map((data): unknown => (data === '[DONE]' ? data : JSON.parse(data)));
}
