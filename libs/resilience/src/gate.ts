import type { HealthSignal, TargetState } from '#libs/contracts';
import { hintMs } from './hint.js';

/** What a provider that names no time is given to refill a quota. */
const GATE_MS = 5000;

/** Until when a `rate_limited` answer holds back its limit. */
export function gateEnd(signal: HealthSignal): number {
  return signal.at + (hintMs(signal.failure?.retryAfterMs) ?? GATE_MS);
}

/** Holds back the limit that was named, never for less than it is held already; what has passed is forgotten. */
export function withGate(state: TargetState, signal: HealthSignal): TargetState['gates'] {
  const kind = signal.failure?.limit ?? 'requests';
  const end = gateEnd(signal);
  if ((state.gates[kind] ?? 0) >= end) return state.gates;
  const running = Object.entries(state.gates).filter(([, until]) => until > signal.at);
  return { ...Object.fromEntries(running), [kind]: end };
}
