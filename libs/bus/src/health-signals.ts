import type { HealthSignal } from '#libs/contracts';
import type { Bus } from './connection.js';
import { listen, tell } from './request.js';
import type { Watch } from './state-bucket.js';
import { subjects } from './subjects.js';

/**
 * Tells what a dispatcher saw. Failures go to every dispatcher besides the health service, so that strikes count in the
 * whole fleet though health be slow or away; successes only confirm, and go to health alone.
 */
export function publishSignals(bus: Bus, signals: readonly HealthSignal[]): void {
  // One message for each stretch of a kind: what was seen first is told first.
  for (let start = 0; start < signals.length;) {
    const failed = signals[start]?.failure !== undefined;
    const next = signals.findIndex((signal, at) => at > start && (signal.failure !== undefined) !== failed);
    const end = next < 0 ? signals.length : next;
    tell(bus, failed ? subjects.healthFailures : subjects.healthSignals, signals.slice(start, end));
    start = end;
  }
}

/** Hears the failures that other dispatchers saw; a dispatcher's own bear the name of its connection. */
export function listenFailures(bus: Bus, onSignal: (signal: HealthSignal) => void): Watch {
  return hear(bus, subjects.healthFailures, (signal) => {
    if (signal.dispatcher !== bus.name) onSignal(signal);
  });
}

/** Hears every signal of every dispatcher, those of each in their order. */
export function listenSignals(bus: Bus, onSignal: (signal: HealthSignal) => void): Watch {
  const watches = [subjects.healthSignals, subjects.healthFailures].map((subject) => hear(bus, subject, onSignal));
  return { stop: () => watches.forEach((watch) => watch.stop()) };
}

function hear(bus: Bus, subject: string, onSignal: (signal: HealthSignal) => void): Watch {
  const subscription = listen<readonly HealthSignal[]>(bus, subject, (signals) => signals.forEach(onSignal));
  return { stop: () => subscription.unsubscribe() };
}
