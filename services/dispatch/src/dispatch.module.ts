import { Module } from '@nestjs/common';
import { BusModule, loadEnvironment } from '#libs/platform';
import { AttemptRecorder } from './attempt-recorder.js';
import { AttemptLicence } from './attempt-licence.js';
import { AttemptRunner } from './attempt-runner.js';
import { CallRunner } from './call-runner.js';
import { Catalog } from './catalog.js';
import { Deliveries } from './deliveries.js';
import { DispatchEnvironment } from './dispatch.environment.js';
import { ExchangePreparer } from './exchange-preparer.js';
import { Finisher } from './finisher.js';
import { HeadWriter } from './head-writer.js';
import { HeldMemory } from './held-memory.js';
import { HedgePreparation } from './hedge-preparation.js';
import { Hedger } from './hedger.js';
import { LocalHealth } from './local-health.js';
import { Outlook } from './outlook.js';
import { PlanRunner } from './plan-runner.js';
import { ProbeCaller } from './probe-caller.js';
import { ProbePermit } from './probe-permit.js';
import { ProbeResponder } from './probe.responder.js';
import { ProviderClient } from './provider-client.js';
import { RunConsumer } from './run.consumer.js';
import { TargetCaller } from './target-caller.js';
import { TargetStats } from './target-stats.js';

function heldMemory(): HeldMemory {
  return new HeldMemory(loadEnvironment(DispatchEnvironment).BREAKWATER_HELD_BYTES);
}

@Module({
  imports: [BusModule],
  providers: [
    Catalog,
    LocalHealth,
    ProbePermit,
    ProviderClient,
    AttemptRecorder,
    HeadWriter,
    ExchangePreparer,
    TargetStats,
    Outlook,
    TargetCaller,
    HedgePreparation,
    { provide: HeldMemory, useFactory: heldMemory },
    Deliveries,
    AttemptLicence,
    Hedger,
    AttemptRunner,
    Finisher,
    PlanRunner,
    CallRunner,
    RunConsumer,
    ProbeCaller,
    ProbeResponder,
  ],
})
export class DispatchModule {}
