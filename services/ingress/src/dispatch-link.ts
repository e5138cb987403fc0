import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { listenForFrames, openRunClient, type DispatcherLink, type FrameListener, type RunClient } from '#libs/bus';
import type { Control, Frame, RunRequest } from '#libs/contracts';
import { BusConnection, loadEnvironment } from '#libs/platform';
import { BodyClaims, type Claim } from './body-claims.js';
import { IngressEnvironment } from './ingress.environment.js';
import { LinkedDispatchers } from './linked-dispatchers.js';

/** A call as its link to the dispatchers sees it. */
export interface Linked {
  frame(frame: Frame): void;
  /** No dispatcher is there at all. */
  nobody(): void;
  /** The dispatcher that has the call froze, or it is not known whether it lives. */
  lost(): void;
  /** The dispatcher that has the call died. */
  died(dispatcher: string): void;
  /** A dispatcher died, and it is not known who has the call. */
  suspected(): void;
}

interface Entry {
  readonly call: Linked;
  dispatcher: string | undefined;
  /** Where it was handed over directly. */
  readonly link: DispatcherLink | undefined;
  readonly claim: Claim | undefined;
}

/** A dispatcher that dies closes its connection: pings are for one that froze, or has none. */
const PING_EVERY_MS = 100;
/** A dispatcher that is connected and yet silent this long is frozen. */
const SILENT_MS = 1500;
/** A larger body would keep others waiting behind it: its dispatcher fetches it. */
const CARRY_BYTES = 2 * 1024 * 1024;
const NOTHING = new Uint8Array();

/** Hands calls to dispatchers, carries their frames back, and watches that who has a call is alive. */
@Injectable()
export class DispatchLink implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly entries = new Map<string, Entry>();
  private readonly fleet = new LinkedDispatchers();
  private readonly pinging = new Set<string>();
  /** Dispatchers that sent a frame since the last look at them: they need no ping. */
  private readonly heard = new Set<string>();
  private readonly environment = loadEnvironment(IngressEnvironment);
  private client: RunClient | undefined;
  private frames: FrameListener | undefined;
  private withdraw: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly claims: BodyClaims,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const frames = (this.frames = await listenForFrames(this.environment.BREAKWATER_CLAIM_HOST, {
      frame: (token, frame) => this.take(token, frame),
      linked: (link) => this.fleet.add(link),
      gone: (link) => this.gone(link),
    }));
    const client = (this.client = openRunClient(this.connection.bus, {
      frame: (token, frame) => this.take(token, frame),
      nobody: (token) => this.entries.get(token)?.call.nobody(),
    }));
    this.withdraw = client.announce(frames.address);
    this.timer = setInterval(() => this.watch(), PING_EVERY_MS);
  }

  onApplicationShutdown(): void {
    this.withdraw?.();
    clearInterval(this.timer);
    this.frames?.close();
  }

  /** To a dispatcher that is connected, or through the broker to any. */
  hand(request: RunRequest, body: Uint8Array, call: Linked): void {
    const token = tokenOf(request);
    const link = this.fleet.take();
    const isCarried = body.byteLength < (link ? CARRY_BYTES : this.environment.BREAKWATER_CLAIM_BYTES);
    const claim = isCarried ? undefined : this.claims.claim(body);
    const claimed = claim ? { ...request, claim: { url: claim.url, bytes: claim.bytes } } : request;
    const carried = claim ? NOTHING : body;
    this.entries.set(token, { call, dispatcher: link?.dispatcher, link, claim });
    if (link) return link.hand(token, claimed, carried);
    const returnAddress = this.frames?.address;
    this.client?.hand(token, { ...claimed, ...(returnAddress ? { returnAddress } : {}) }, carried);
  }

  /** Frames of this hand-over count no more; whoever still works on it is told to stop. */
  drop(request: Pick<RunRequest, 'requestId' | 'epoch'>, cancel: boolean): void {
    const token = tokenOf(request);
    const entry = this.entries.get(token);
    if (!entry) return;
    if (cancel) this.control(request, { do: 'cancel' });
    this.entries.delete(token);
    entry.claim?.release();
    if (entry.link) this.fleet.release(entry.link);
  }

  /** Who has this call said nothing in time, or nothing that makes sense: it is to be asked before it gets another. */
  doubt(request: Pick<RunRequest, 'requestId' | 'epoch'>): void {
    const dispatcher = this.entries.get(tokenOf(request))?.dispatcher;
    if (dispatcher !== undefined) this.fleet.suspect(dispatcher);
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
    const busy = [...this.entries.values()].flatMap(({ dispatcher }) => dispatcher ?? []);
    const silent = busy.filter((dispatcher) => !this.heard.has(dispatcher));
    for (const dispatcher of new Set([...silent, ...this.fleet.suspects]))
      if (!this.pinging.has(dispatcher)) void this.check(dispatcher);
    this.heard.clear();
  }

  private async check(dispatcher: string): Promise<void> {
    this.pinging.add(dispatcher);
    const state = await this.client?.ping(dispatcher, SILENT_MS);
    this.pinging.delete(dispatcher);
    if (state === 'alive') return this.fleet.trust(dispatcher);
    this.fleet.suspect(dispatcher);
    this.lose(
      (entry) => entry.dispatcher === dispatcher,
      (call) => call.lost(),
    );
  }

  private gone(link: DispatcherLink): void {
    this.fleet.remove(link);
    for (const { call, dispatcher } of this.entries.values()) if (dispatcher === undefined) call.suspected();
    // It may be connected anew already: what was handed over there goes on.
    this.lose(
      (entry) => (entry.link ? entry.link === link : entry.dispatcher === link.dispatcher),
      (call) => call.died(link.dispatcher),
    );
  }

  private lose(isLost: (entry: Entry) => boolean, tell: (call: Linked) => void): void {
    for (const { call } of [...this.entries.values()].filter(isLost)) tell(call);
  }
}

const tokenOf = ({ requestId, epoch }: Pick<RunRequest, 'requestId' | 'epoch'>): string => `${requestId}-${epoch}`;
