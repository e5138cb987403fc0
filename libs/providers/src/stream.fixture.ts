import type { StreamProgress, StreamTranslator } from './translator.js';

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
export const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** One server-sent event as the providers write it. */
export function sse(data: unknown, event?: string): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${text}\n\n`;
}

/** Cuts `whole` at the given places, wrapped to its length. */
export function chunked(whole: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).toSorted((a, b) => a - b), whole.length];
  return places.slice(1).map((end, i) => whole.slice(places[i], end));
}

/** All that a stream translator makes of the chunks and the close after them. */
export function drain(translator: StreamTranslator, chunks: readonly Uint8Array[]) {
  const steps: readonly StreamProgress[] = [...chunks.map((chunk) => translator.push(chunk)), translator.close()];
  const fault = steps.find((step) => step.fault)?.fault;
  return {
    text: decode(Buffer.concat(steps.map((step) => step.bytes))),
    content: steps.some((step) => step.content),
    ended: steps.some((step) => step.ended),
    fault: fault?.fault,
    report: translator.report(),
  };
}
