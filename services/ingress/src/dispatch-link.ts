import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { listenForFrames, openRunClient, type FrameListener, type RunClient } from '#libs/bus';
import type { Control, Frame, RunRequest } from '#libs/contracts';
import { BusConnection, loadEnvironment } from '#libs/platform';
import { IngressEnvironment } from './ingress.environment.js';

/** A call as its link to the dispatchers sees it. */
export interface Linked {
  frame(frame: Frame): void;
  /** No dispatcher is there at all. */
  nobody(): void;
  /** The dispatcher that has the call died or froze. */
  lost(): void;
  /** A dispatcher died, and it is not known who has the call. */
  suspected(): void;
}

interface Entry {
  readonly call: Linked;
  dispatcher: string | undefined;
}

/** A dispatcher that dies closes its connection for frames: pings are for one that froze, or has none. */
const PING_EVERY_MS = 100;
/** A dispatcher that is connected and yet silent this long is frozen. */
const SILENT_MS = 1500;

/** Hands calls to dispatchers, carries their frames back, and watches that who has a call is alive. */
@Injectable()
export class DispatchLink implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly entries = new Map<string, Entry>();
  private readonly pinging = new Set<string>();
  /** Dispatchers that sent a frame since the last look at them: they need no ping. */
  private readonly heard = new Set<string>();
  private client: RunClient | undefined;
  private frames: FrameListener | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly connection: BusConnection) {}

  async onApplicationBootstrap(): Promise<void> {
    const host = loadEnvironment(IngressEnvironment).BREAKWATER_CLAIM_HOST;
    this.frames = await listenForFrames(host, {
      frame: (token, frame) => this.take(token, frame),
      gone: (dispatcher) => this.gone(dispatcher),
    });
    this.client = openRunClient(this.connection.bus, {
      frame: (token, frame) => this.take(token, frame),
      nobody: (token) => this.entries.get(token)?.call.nobody(),
    });
    this.timer = setInterval(() => this.watch(), PING_EVERY_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.frames?.close();
  }

  hand(request: RunRequest, body: Uint8Array, call: Linked): void {
    const token = tokenOf(request);
    this.entries.set(token, { call, dispatcher: undefined });
    const returnAddress = this.frames?.address;
    this.client?.hand(token, { ...request, ...(returnAddress ? { returnAddress } : {}) }, body);
  }

  /** Frames of this hand-over count no more; whoever still works on it is told to stop. */
  drop(request: Pick<RunRequest, 'requestId' | 'epoch'>, cancel: boolean): void {
    const token = tokenOf(request);
    const entry = this.entries.get(token);
    if (!entry) return;
    if (cancel) this.control(request, { do: 'cancel' });
    this.entries.delete(token);
  }

  credit(request: Pick<RunRequest, 'requestId' | 'epoch'>, bytes: number): void {
    this.control(request, { do: 'credit', bytes });
  }

  cancel(request: Pick<RunRequest, 'requestId' | 'epoch'>): void {
    this.control(request, { do: 'cancel' });
  }

  private control(
    { requestId, epoch }: Pick<RunRequest, 'requestId' | 'epoch'>,
    what: { readonly do: 'cancel' } | { readonly do: 'credit'; readonly bytes: number },
  ): void {
    const dispatcher = this.entries.get(tokenOf({ requestId, epoch }))?.dispatcher;
    const control: Control = { ...what, requestId, epoch };
    if (dispatcher !== undefined) this.client?.control(dispatcher, control);
  }

  private take(token: string, frame: Frame): void {
    const entry = this.entries.get(token);
    if (entry) {
      if (frame.type === 'attempt') entry.dispatcher = frame.attempt.dispatcher;
      if (entry.dispatcher !== undefined) this.heard.add(entry.dispatcher);
      entry.call.frame(frame);
    } else if (frame.type === 'attempt') {
      // Given up meanwhile, and only now begun: nobody waits for it.
      const [requestId = '', epoch = ''] = token.split('-');
      this.client?.control(frame.attempt.dispatcher, { do: 'cancel', requestId, epoch: Number(epoch) });
    }
  }

  private watch(): void {
    const busy = new Set([...this.entries.values()].map((entry) => entry.dispatcher));
    for (const dispatcher of busy) {
      if (dispatcher === undefined || this.pinging.has(dispatcher)) continue;
      if (!this.heard.has(dispatcher)) void this.check(dispatcher);
    }
    this.heard.clear();
  }

  private async check(dispatcher: string): Promise<void> {
    this.pinging.add(dispatcher);
    const state = await this.client?.ping(dispatcher, SILENT_MS);
    this.pinging.delete(dispatcher);
    if (state !== 'alive') this.lose(dispatcher);
  }

  private gone(dispatcher: string): void {
    for (const entry of this.entries.values()) if (entry.dispatcher === undefined) entry.call.suspected();
    this.lose(dispatcher);
  }

  private lose(dispatcher: string): void {
    const orphans = [...this.entries.values()].filter((entry) => entry.dispatcher === dispatcher);
    for (const { call } of orphans) call.lost();
  }
}

const tokenOf = ({ requestId, epoch }: Pick<RunRequest, 'requestId' | 'epoch'>): string => `${requestId}-${epoch}`;
