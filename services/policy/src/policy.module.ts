import { Module } from '@nestjs/common';
import { BusModule } from '#libs/platform';
import { DecideResponder } from './decide.responder.js';
import { RevisionStore } from './revision.store.js';

@Module({ imports: [BusModule], providers: [RevisionStore, DecideResponder] })
export class PolicyModule {}
