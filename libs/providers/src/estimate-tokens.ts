import { isJsonObject } from '#libs/kernel';
import { readField } from './edit-body.js';
import { textBytes } from './text-bytes.js';
import type { CallBody } from './translator.js';

/** Of English text, and about right for code; other scripts take more bytes and more tokens alike. */
const BYTES_A_TOKEN = 4;
/** About what providers count for one of middling size. */
const IMAGE_TOKENS = 1000;
const IMAGE_TYPES: ReadonlySet<unknown> = new Set(['image', 'image_url']);

/** Roughly what a provider counts for this much text: for accounts where it did not get to say. */
export function estimateTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_A_TOKEN);
}

/** The same for a whole prompt with its system texts, tools and images. */
export function estimatePromptTokens(body: Pick<CallBody, 'bytes' | 'fields'>): number {
  const parts = ['system', 'messages', 'tools', 'functions'].map((field) => readField(body, field));
  return estimateTokens(textBytes(parts)) + imagesIn(parts) * IMAGE_TOKENS;
}

function imagesIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + imagesIn(item), 0);
  if (!isJsonObject(value)) return 0;
  if (IMAGE_TYPES.has(value['type'])) return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + imagesIn(item), 0);
}
