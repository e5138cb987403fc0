import { Injectable, type OnModuleInit } from '@nestjs/common';
import { answer, subjects } from '#libs/bus';
import type { HealthCommand, TargetState } from '#libs/contracts';
import { GatewayError } from '#libs/kernel';
import { BusConnection } from '#libs/platform';
import { ChangePublisher } from './change.publisher.js';
import { HealthKeeper } from './health.keeper.js';
import { Leadership } from './leadership.js';

/** Does what operators ask, while this process leads. */
@Injectable()
export class CommandResponder implements OnModuleInit {
  private serving: { unsubscribe(): void } | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly leadership: Leadership,
    private readonly keeper: HealthKeeper,
    private readonly changes: ChangePublisher,
  ) {}

  onModuleInit(): void {
    this.leadership.onChange((leads) => {
      this.serving?.unsubscribe();
      this.serving = leads ? this.serve() : undefined;
    });
  }

  /** A queue of its own for each process: a leader that froze must not be asked in place of the one after it. */
  private serve(): { unsubscribe(): void } {
    const { bus, instance } = this.connection;
    return answer<HealthCommand>(bus, subjects.healthCommand, `health-${instance}`, (command) =>
      this.carryOut(command),
    );
  }

  /** Answered when it would outlive this process. */
  private async carryOut(command: HealthCommand): Promise<TargetState> {
    if (!this.leadership.leads) {
      throw new GatewayError('not_ready', 'another health service is taking over; try again', { retryAfterMs: 1000 });
    }
    const { target } = command;
    if (!this.keeper.revision?.targets.some(({ id }) => id === target)) {
      throw new GatewayError('not_found', `there is no target ${target}; see GET /targets`, { field: 'id' });
    }
    const state = this.keeper.command(command);
    await this.changes.settled();
    return state;
  }
}
