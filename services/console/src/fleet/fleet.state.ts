import { Injectable, type OnModuleInit } from '@nestjs/common';
import { watchRevision, watchStates } from '#libs/bus';
import type { Revision, TargetState } from '#libs/contracts';
import { GatewayError } from '#libs/kernel';
import { BusConnection } from '#libs/platform';

/** What the whole fleet runs by, as it was last announced. */
@Injectable()
export class FleetState implements OnModuleInit {
  private readonly byTarget = new Map<string, TargetState>();
  private current: Revision | undefined;

  constructor(private readonly connection: BusConnection) {}

  async onModuleInit(): Promise<void> {
    const { bus } = this.connection;
    await watchStates(bus, (state) => this.byTarget.set(state.target, state));
    // Not waited for: without policy there is no revision yet, and the console must be there to say so.
    // Should watching fail, the rejection ends the process, and whoever runs it starts another.
    void watchRevision(bus, (revision) => (this.current = revision));
  }

  /** Health's states by target id; a target without one never failed. */
  get states(): ReadonlyMap<string, TargetState> {
    return this.byTarget;
  }

  /** @throws GatewayError `not_ready` before the first revision came */
  get revision(): Revision {
    if (this.current === undefined) {
      throw new GatewayError('not_ready', 'no configuration has been announced yet; is policy running?', {
        retryAfterMs: 1000,
      });
    }
    return this.current;
  }
}
