import type { JsonObject } from '#libs/kernel';

interface SplitConversation {
  /** The message to answer. */
  readonly last: JsonObject;
  /** The beginning of the answer, where the caller gave one. */
  readonly prefill?: string;
}

/** Tells a beginning of the answer from the message that it answers. A message that calls tools begins no answer. */
export function splitPrefill(
  messages: readonly JsonObject[],
  textOf: (message: JsonObject) => string,
): SplitConversation {
  const last = messages.at(-1) ?? {};
  const prefill = last['role'] === 'assistant' ? textOf(last) : '';
  return prefill === '' ? { last } : { last: messages.at(-2) ?? {}, prefill };
}

/**
 * What of a text is still to be said after its beginning. A beginning that is another's is kept as far as the two agree.
 */
export function continuationOf(text: string, prefill: string): string {
  let common = 0;
  while (common < prefill.length && text.charAt(common) === prefill.charAt(common)) common += 1;
  const halvesCharacter = /^[\uDC00-\uDFFF]/.test(text.slice(common, common + 1)) && common > 0;
  return text.slice(halvesCharacter ? common - 1 : common);
}
