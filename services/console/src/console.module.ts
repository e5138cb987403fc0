import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { BusModule } from '#libs/platform';
import { OperatorGuard } from './access/operator.guard.js';
import { FleetController } from './fleet/fleet.controller.js';
import { FleetState } from './fleet/fleet.state.js';
import { HealthController } from './health/health.controller.js';
import { ErrorFilter } from './http/error.filter.js';
import { parameterPipe } from './http/parameter.pipe.js';
import { ReadinessController } from './http/readiness.controller.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { PageController } from './page/page.controller.js';

@Module({
  imports: [BusModule],
  controllers: [PageController, ReadinessController, FleetController, HealthController, LedgerController],
  providers: [
    FleetState,
    { provide: APP_GUARD, useClass: OperatorGuard },
    { provide: APP_PIPE, useFactory: parameterPipe },
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
})
export class ConsoleModule {}
