import { isJsonObject } from '#libs/kernel';
import { isFilled } from '../filled.js';

/** Blocks that begin empty and are filled by deltas; every other block is output by being there. */
const TEXT_OF: { readonly [blockType: string]: string | undefined } = { text: 'text', thinking: 'thinking' };

/** Whether a content block, whole or as it starts, carries output. */
export function isAnthropicOutput(block: unknown): boolean {
  if (!isJsonObject(block) || typeof block['type'] !== 'string') return false;
  const field = TEXT_OF[block['type']];
  return field === undefined || isFilled(block[field]);
}

/** Whether a delta of a content block carries output: text, thinking, JSON, a signature, a citation. */
export function hasAnthropicOutput(delta: unknown): boolean {
  return isJsonObject(delta) && Object.keys(delta).some((name) => name !== 'type' && isFilled(delta[name]));
}
