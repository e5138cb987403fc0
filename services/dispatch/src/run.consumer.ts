import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { serveRuns, type IncomingRun, type RunServer } from '#libs/bus';
import type { Control, RunRequest } from '#libs/contracts';
import { GatewayError, systemClock } from '#libs/kernel';
import { BusConnection, loadEnvironment, logger } from '#libs/platform';
import { breakwater, startSpan } from '#libs/telemetry';
import { newCall } from './call.js';
import { CallRunner } from './call-runner.js';
import { DispatchEnvironment } from './dispatch.environment.js';
import { FramePace } from './frame-pace.js';
import { ReplyChannel } from './reply-channel.js';

interface Running {
  readonly reply: ReplyChannel;
  readonly cancel: AbortController;
  readonly done: Promise<void>;
}

/** Takes calls off the queue, keeps them until they end, and lets their callers cancel them. */
@Injectable()
export class RunConsumer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly running = new Map<string, Running>();
  private readonly limit = loadEnvironment(DispatchEnvironment).BREAKWATER_DISPATCH_IN_FLIGHT;
  private readonly log = logger('dispatch');
  private readonly pace = new FramePace(() => this.running.size, systemClock);
  private server: RunServer | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly calls: CallRunner,
  ) {}

  /** Only now, when health and catalog are loaded, may the first call come. */
  onApplicationBootstrap(): void {
    const { bus, instance } = this.connection;
    this.server = serveRuns(bus, instance, {
      run: (incoming) => this.accept(incoming),
      control: (control) => this.control(control),
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.server?.drain();
    await Promise.all([...this.running.values()].map((call) => call.done));
    this.server?.close();
  }

  private accept(incoming: IncomingRun): void {
    const key = keyOf(incoming.request);
    // Handed over again because this process was too slow to say anything: the earlier hand-over is nobody's now.
    this.running.get(keyOf({ ...incoming.request, epoch: incoming.request.epoch - 1 }))?.cancel.abort();
    const cancel = new AbortController();
    const reply = new ReplyChannel(incoming.send, this.pace);
    const done = this.run(incoming, reply, cancel.signal).finally(() => this.running.delete(key));
    this.running.set(key, { reply, cancel, done });
  }

  private async run(incoming: IncomingRun, reply: ReplyChannel, cancelled: AbortSignal): Promise<void> {
    const { request } = incoming;
    const attributes = { [breakwater.requestId]: request.requestId, [breakwater.route]: request.plan.route };
    const span = startSpan('dispatch.run', { kind: 'consumer', parent: request.traceparent, attributes });
    const patientUntil = Math.min(systemClock.now() + request.plan.conduct.patience, request.deadlineAt);
    const call = newCall({ request, body: incoming.body, reply, cancelled, span }, patientUntil);
    try {
      if (this.running.size > this.limit) this.calls.refuse(call, busy());
      else await this.calls.run(call);
    } catch (error) {
      if (error instanceof GatewayError) return this.calls.refuse(call, error);
      this.log.error({ requestId: request.requestId, error: String(error) }, 'a call failed inside the dispatcher');
      span.fail('internal_error');
      this.calls.refuse(
        call,
        new GatewayError('internal_error', 'the gateway failed to run the call; try again', { cause: error }),
      );
    } finally {
      span.set({ [breakwater.attempts]: call.attempts });
      span.end();
    }
  }

  private control(control: Control): void {
    const call = this.running.get(keyOf(control));
    if (control.do === 'cancel') call?.cancel.abort();
    else call?.reply.credit(control.bytes);
  }
}

const keyOf = ({ requestId, epoch }: Pick<RunRequest, 'requestId' | 'epoch'>): string => `${requestId}.${epoch}`;

function busy(): GatewayError {
  return new GatewayError('overloaded', 'this dispatcher is full; try again', { retryAfterMs: 1000 });
}
