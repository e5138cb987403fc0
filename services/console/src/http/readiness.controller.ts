import { Controller, Get } from '@nestjs/common';
import { Public } from '../access/public.decorator.js';
import { FleetState } from '../fleet/fleet.state.js';

interface Status {
  readonly status: 'ok' | 'ready';
}

@Public()
@Controller()
export class ReadinessController {
  constructor(private readonly fleet: FleetState) {}

  /** The process runs. */
  @Get('healthz')
  healthz(): Status {
    return { status: 'ok' };
  }

  /** It can tell a key from another: there is a revision. */
  @Get('readyz')
  readyz(): Status {
    void this.fleet.revision;
    return { status: 'ready' };
  }
}
