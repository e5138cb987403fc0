import { Injectable } from '@nestjs/common';
import type { GatewayError } from '#libs/kernel';
import { AttemptRecorder } from './attempt-recorder.js';
import type { Call } from './call.js';
import { Finisher } from './finisher.js';
import { PlanRunner } from './plan-runner.js';
import { ProviderClient } from './provider-client.js';

/** From a call as it comes off the queue to its end. */
@Injectable()
export class CallRunner {
  constructor(
    private readonly client: ProviderClient,
    private readonly recorder: AttemptRecorder,
    private readonly plans: PlanRunner,
    private readonly finish: Finisher,
  ) {}

  async run(call: Call): Promise<void> {
    const { claim, lost } = call.request;
    for (const attempt of lost) await this.recorder.recordLost(call, attempt);
    call.attempts = lost.length;
    if (claim) call.body = await this.client.fetch(claim.url);
    await this.plans.run(call);
  }

  refuse(call: Call, error: GatewayError): void {
    this.finish.fail(call, error);
  }
}
