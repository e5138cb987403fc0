import { Injectable } from '@nestjs/common';
import { GatewayError } from '#libs/kernel';
import type { Call } from './call.js';
import { needOf } from './domain/call-need.js';
import { Finisher } from './finisher.js';
import { PlanRunner } from './plan-runner.js';
import { ProviderClient } from './provider-client.js';

/** From a call as it comes off the queue to its end. */
@Injectable()
export class CallRunner {
  constructor(
    private readonly client: ProviderClient,
    private readonly plans: PlanRunner,
    private readonly finish: Finisher,
  ) {}

  async run(call: Call): Promise<void> {
    const { claim } = call.request;
    if (claim) {
      call.body = await this.client.fetch(claim).catch((cause: unknown) => giveUp(cause));
      call.need = needOf(call.request, claim.bytes);
    }
    await this.plans.run(call);
  }

  refuse(call: Call, error: GatewayError): void {
    this.finish.fail(call, error);
  }
}

/** An ingress that no longer holds a body has given the call up, or to somebody else: nobody hears this. */
function giveUp(cause: unknown): never {
  throw new GatewayError('dispatcher_lost', 'the request body could not be fetched from ingress; try again', { cause });
}
