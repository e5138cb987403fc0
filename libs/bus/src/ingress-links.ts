import type { Frame, ReturnAddress } from '#libs/contracts';
import { IngressLink } from './ingress-link.js';
import { linkName } from './link-record.js';
import type { Run } from './run-codec.js';

/** Where the frames of one call go. */
export interface FrameRoute {
  readonly address: ReturnAddress;
  readonly token: string;
  /** The way for a frame when its ingress cannot be reached directly. */
  readonly roundabout: (frame: Frame) => void;
}

export type FrameSender = (frame: Frame) => void;

/** How long an ingress that could not be reached is only reached through the broker. */
const AVOID_MS = 30_000;

/** A dispatcher's direct connections, one for each ingress: calls come in, frames go out in their order. */
export class IngressLinks {
  private readonly links = new Map<string, IngressLink>();
  private readonly avoided = new Map<string, number>();
  private draining = false;

  /** @param take a call that an ingress hands over directly */
  constructor(
    private readonly dispatcher: string,
    private readonly take: (run: Run, send: FrameSender) => void,
  ) {}

  /** An ingress is there: it may hand over calls from now on. */
  connect(address: ReturnAddress): void {
    if (!this.draining && !this.isAvoided(keyOf(address))) this.link(keyOf(address), address);
  }

  /** How the frames of a call that came through the broker are sent from now on. */
  towards(route: FrameRoute): FrameSender {
    const { address, token, roundabout } = route;
    const key = keyOf(address);
    const name = linkName(token);
    return (frame) => {
      if (this.isAvoided(key)) roundabout(frame);
      else this.link(key, address).send({ name, frame, roundabout });
    };
  }

  /** Resolves when no more calls come this way. */
  async drain(): Promise<void> {
    this.draining = true;
    await Promise.all([...this.links.values()].map((link) => link.drain()));
  }

  close(): void {
    for (const link of this.links.values()) link.close();
  }

  private isAvoided(key: string): boolean {
    const until = this.avoided.get(key);
    return until !== undefined && until > Date.now();
  }

  private link(key: string, address: ReturnAddress): IngressLink {
    const known = this.links.get(key);
    if (known) return known;
    const hello = { secret: address.secret, dispatcher: this.dispatcher };
    const link = new IngressLink(address, hello, {
      run: (name, run) => this.take(run, (frame) => link.send({ name, frame, roundabout: unheard })),
      ended: (reached) => {
        this.links.delete(key);
        if (!reached) this.avoided.set(key, Date.now() + AVOID_MS);
      },
    });
    this.links.set(key, link);
    return link;
  }
}

/** An ingress that was started again on the same port has another secret. */
const keyOf = ({ host, port, secret }: ReturnAddress): string => `${host}:${port}:${secret}`;

/** Its ingress is gone, or has given it to another dispatcher. */
const unheard = (): void => undefined;
