import { Module } from '@nestjs/common';
import { BusModule } from '#libs/platform';
import { HealthKeeper } from './health.keeper.js';

@Module({ imports: [BusModule], providers: [HealthKeeper] })
export class HealthModule {}
