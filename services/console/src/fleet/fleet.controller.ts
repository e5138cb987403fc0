import { Controller, Get } from '@nestjs/common';
import type { Model, Revision, Route } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { FleetState } from './fleet.state.js';
import { targetHealth, type TargetHealth } from './target-health.js';

interface TargetsAnswer {
  readonly revision: number;
  readonly targets: readonly TargetHealth[];
}

interface RevisionAnswer {
  readonly number: number;
  readonly digest: string;
  readonly routes: readonly Route[];
  readonly models: readonly Model[];
}

@Controller()
export class FleetController {
  constructor(private readonly fleet: FleetState) {}

  @Get('targets')
  targets(): TargetsAnswer {
    const { revision, states } = this.fleet;
    return { revision: revision.number, targets: targetHealth(revision, states, systemClock.now()) };
  }

  /** Named one by one: keys and credentials stay behind. */
  @Get('revision')
  revision(): RevisionAnswer {
    const { number, digest, routes, models }: Revision = this.fleet.revision;
    return { number, digest, routes, models };
  }
}
