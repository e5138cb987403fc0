import { Module } from '@nestjs/common';
import { BusModule } from '#libs/platform';
import { AdmissionControl } from './admission-control.js';
import { BodyClaims } from './body-claims.js';
import { CallHandover } from './call-handover.js';
import { CallService } from './call.service.js';
import { CompletionRecorder } from './completion-recorder.js';
import { DispatchLink } from './dispatch-link.js';
import { KeyTable } from './key-table.js';
import { PolicyClient } from './policy-client.js';
import { Readiness } from './readiness.js';

@Module({
  imports: [BusModule],
  providers: [
    AdmissionControl,
    BodyClaims,
    CallHandover,
    CallService,
    CompletionRecorder,
    DispatchLink,
    KeyTable,
    PolicyClient,
    Readiness,
  ],
})
export class IngressModule {}
