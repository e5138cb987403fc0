import type { Revision, TargetState } from '#libs/contracts';
import { closedState, shareOf } from '#libs/resilience';

/** A target as configured, with its health. */
export interface TargetHealth {
  readonly id: string;
  readonly model: string;
  readonly channel: string;
  readonly provider: string;
  readonly region: string;
  readonly phase: TargetState['phase'];
  /** By an operator, until it is restored. */
  readonly drained: boolean;
  /** Milliseconds since the Unix epoch; null where it never changed. */
  readonly since: number | null;
  /** When an open target may be probed, milliseconds since the Unix epoch; null while closed. */
  readonly until: number | null;
  readonly openings: number;
  /** How much of its usual traffic it gets now, from 0 to 1: less while it ramps up or is slower than it was. */
  readonly share: number;
  /** Limits of ours that are used up at the provider, and until when (milliseconds since the Unix epoch). */
  readonly gates: TargetState['gates'];
  readonly reason: TargetState['reason'];
  readonly evidence: TargetState['evidence'];
  /** What the channel's status page reports; null where it reports no outage, or there is no such page. */
  readonly outage: NonNullable<TargetState['outage']> | null;
}

/** Every target of the revision, in its order; states of targets that are no longer configured are left out. */
export function targetHealth(
  revision: Revision,
  states: ReadonlyMap<string, TargetState>,
  now: number,
): readonly TargetHealth[] {
  const channels = new Map(revision.channels.map((channel) => [channel.id, channel]));
  return revision.targets.map((target) => {
    const channel = channels.get(target.channel);
    const state = states.get(target.id);
    const { phase, until, openings, reason, gates, evidence, outage } = state ?? closedState(target.id);
    return {
      id: target.id,
      model: target.model,
      channel: target.channel,
      provider: channel?.provider ?? '',
      region: channel?.region ?? '',
      phase,
      drained: phase === 'drained',
      since: state?.since ?? null,
      until: phase === 'open' ? until : null,
      openings,
      share: state ? shareNow(state, revision, now) : 1,
      gates: Object.fromEntries(Object.entries(gates).filter(([, gatedUntil]) => gatedUntil > now)),
      reason,
      evidence,
      outage: outage ?? null,
    };
  });
}

function shareNow(state: TargetState, { health }: Revision, now: number): number {
  return state.phase === 'closed' ? shareOf(state, now, health) : 0;
}
