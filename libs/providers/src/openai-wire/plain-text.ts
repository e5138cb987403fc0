import { isJsonObject } from '#libs/kernel';

/** The text of a message's or a delta's content, which some servers give in parts; their thinking is not of it. */
export function plainText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const parts = content.filter(isJsonObject).filter(({ type }) => type === 'text');
  return parts.map(({ text }) => (typeof text === 'string' ? text : '')).join('');
}
