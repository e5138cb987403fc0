import { isJsonObject, parseExact, type JsonObject } from '#libs/kernel';

/** The arguments of a call, which are none where the text is empty; `undefined` where they are no JSON object. */
export function toolInput(text: string): JsonObject | undefined {
  const input = text.trim() === '' ? {} : parseExact(text);
  return isJsonObject(input) ? input : undefined;
}
