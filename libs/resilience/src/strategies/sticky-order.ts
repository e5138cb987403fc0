import type { StrategyCandidate } from './candidate.js';

/**
 * The order in which a session prefers targets: always the same for the same session, by weight over all sessions. If
 * targets come or go, only the sessions of those move.
 */
export function stickyOrder<C extends Pick<StrategyCandidate, 'id' | 'weight'>>(
  session: string,
  candidates: readonly C[],
): readonly C[] {
  const scored = candidates.map((candidate) => ({ candidate, score: scoreOf(session, candidate) }));
  return scored.toSorted((a, b) => b.score - a.score).map(({ candidate }) => candidate);
}

/** Rendezvous hashing with weights: each target draws for each session, and the highest draw wins. */
function scoreOf(session: string, { id, weight }: Pick<StrategyCandidate, 'id' | 'weight'>): number {
  const drawn = (hash(`${session}\0${id}`) + 0.5) / 2 ** 32;
  return weight > 0 ? -weight / Math.log(drawn) : 0;
}

/** FNV-1a with a finishing mix: like inputs give unlike numbers. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
