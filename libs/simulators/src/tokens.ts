/**
 * Cuts an answer into the pieces that are streamed one by one; joined they are the text again. One piece counts as one
 * token, so that a stream's pieces and the usage it reports always agree.
 */
export function splitTokens(text: string): readonly string[] {
  return text.match(/\s*\S{1,8}|\s+/gu) ?? [];
}

/** Prompts are only estimated (four characters a token): splitting a megabyte would cost more than the call. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / 4);
}
