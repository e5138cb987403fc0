import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { answer, queues, subjects } from '#libs/bus';
import type { ProbeAnswer, ProbeRequest } from '#libs/contracts';
import { BusConnection } from '#libs/platform';
import { ProbeCaller } from './probe-caller.js';
import { ProbePermit } from './probe-permit.js';

/** No probe takes longer. */
const HOLD_MS = 40_000;

/** Probes a target when the health service asks for it; of all dispatchers one is asked. */
@Injectable()
export class ProbeResponder implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly underWay = new Set<Promise<ProbeAnswer>>();
  private subscription: { drain(): Promise<void> } | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly permits: ProbePermit,
    private readonly probes: ProbeCaller,
  ) {}

  onApplicationBootstrap(): void {
    const { bus } = this.connection;
    this.subscription = answer<ProbeRequest>(bus, subjects.probe, queues.dispatch, (request) => this.take(request));
  }

  async onModuleDestroy(): Promise<void> {
    await this.subscription?.drain();
    await Promise.allSettled(this.underWay);
  }

  private async take(request: ProbeRequest): Promise<ProbeAnswer> {
    const probing = this.probe(request);
    this.underWay.add(probing);
    try {
      return await probing;
    } finally {
      this.underWay.delete(probing);
    }
  }

  private async probe(request: ProbeRequest): Promise<ProbeAnswer> {
    // A real call that finds it out at this moment proves more.
    if (!(await this.permits.take(request.target, HOLD_MS))) return { outcome: 'busy' };
    try {
      return await this.probes.call(request);
    } finally {
      this.permits.release(request.target);
    }
  }
}
