import type { Candidate } from './candidate.js';

/**
 * The targets in a session's own order, the same at every dispatcher: while its first is usable it stays there, and a
 * target that comes or goes moves only the sessions that are, or were, its own (weighted rendezvous hashing).
 */
export function stickyOrder(session: string, candidates: readonly Pick<Candidate, 'id' | 'weight'>[]): string[] {
  return candidates
    .map(({ id, weight }) => ({ id, score: -weight / Math.log(fraction(`${session}\n${id}`)) }))
    .toSorted((a, b) => b.score - a.score)
    .map(({ id }) => id);
}

/** A number above 0 and below 1 that follows from the text alone (FNV-1a, its bits mixed once more). */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}
