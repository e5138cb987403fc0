import type { Revision, TargetState } from '#libs/contracts';

/** A target as configured, with its health. */
export interface TargetHealth {
  readonly id: string;
  readonly model: string;
  readonly channel: string;
  readonly provider: string;
  readonly region: string;
  readonly phase: TargetState['phase'];
  /** Milliseconds since the Unix epoch; null where it never changed. */
  readonly since: number | null;
  /** When an open target may be probed, milliseconds since the Unix epoch; null while closed. */
  readonly until: number | null;
  readonly openings: number;
  readonly reason: TargetState['reason'];
  readonly evidence: TargetState['evidence'];
}

const neverChanged = { phase: 'closed', openings: 0, reason: 'none', evidence: [] } as const;

/** Every target of the revision, in its order; states of targets that are no longer configured are left out. */
export function targetHealth(revision: Revision, states: ReadonlyMap<string, TargetState>): readonly TargetHealth[] {
  const channels = new Map(revision.channels.map((channel) => [channel.id, channel]));
  return revision.targets.map((target) => {
    const channel = channels.get(target.channel);
    const state = states.get(target.id);
    const { phase, openings, reason, evidence } = state ?? neverChanged;
    return {
      id: target.id,
      model: target.model,
      channel: target.channel,
      provider: channel?.provider ?? '',
      region: channel?.region ?? '',
      phase,
      since: state?.since ?? null,
      until: state?.phase === 'open' ? state.until : null,
      openings,
      reason,
      evidence,
    };
  });
}
