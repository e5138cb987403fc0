import type { RunRequest } from '#libs/contracts';

/** What makes requests alike to whoever accepts or rejects them: the parameters there are, never what they hold. */
export function shapeOf({ surface, stream, fields }: Pick<RunRequest, 'surface' | 'stream' | 'fields'>): string {
  return [surface, stream ? 'stream' : 'whole', ...Object.keys(fields).sort()].join(' ');
}
