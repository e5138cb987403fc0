import type { Random } from '#libs/kernel';

/** Equal jitter: half of the doubled base is certain, half is drawn, so that a fleet does not return in step. Milliseconds. */
export function backoffMs(
  openings: number,
  bounds: { readonly base: number; readonly max: number },
  random: Random,
): number {
  const whole = Math.min(bounds.max, bounds.base * 2 ** Math.max(0, openings - 1));
  return whole / 2 + (random() * whole) / 2;
}
