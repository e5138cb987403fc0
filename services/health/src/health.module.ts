import { Module } from '@nestjs/common';
import { BusModule } from '#libs/platform';
import { ActivityLog } from './activity-log.js';
import { ChangePublisher } from './change.publisher.js';
import { CommandResponder } from './command.responder.js';
import { HealthKeeper } from './health.keeper.js';
import { Leadership } from './leadership.js';
import { Prober } from './prober.js';
import { StatusPagePoller } from './status-page/status-page.poller.js';
import { StatusPageReader } from './status-page/status-page.reader.js';

@Module({
  imports: [BusModule],
  providers: [
    Leadership,
    ActivityLog,
    ChangePublisher,
    HealthKeeper,
    Prober,
    CommandResponder,
    StatusPageReader,
    StatusPagePoller,
  ],
})
export class HealthModule {}
