import { Injectable } from '@nestjs/common';
import { GatewayError } from '#libs/kernel';
import { loadEnvironment } from '#libs/platform';
import { instruments } from '#libs/telemetry';
import { IngressEnvironment } from './ingress.environment.js';

/** Bounds what is in flight, so that a flood is turned away early instead of eating the memory of calls under way. */
@Injectable()
export class AdmissionControl {
  private readonly limits = loadEnvironment(IngressEnvironment);
  private calls = 0;
  private bytes = 0;

  get inFlight(): number {
    return this.calls;
  }

  /** Returns what gives the place back. @throws GatewayError `overloaded` */
  admit(bodyBytes: number): () => void {
    const { BREAKWATER_INGRESS_IN_FLIGHT: most, BREAKWATER_INGRESS_BODY_BYTES: mostBytes } = this.limits;
    if (this.calls >= most || this.bytes + bodyBytes > mostBytes) {
      throw new GatewayError('overloaded', 'the gateway has all the calls it can take; try again', {
        retryAfterMs: 1000,
      });
    }
    this.calls += 1;
    this.bytes += bodyBytes;
    instruments().inFlight.add(1);
    return () => {
      this.calls -= 1;
      this.bytes -= bodyBytes;
      instruments().inFlight.add(-1);
    };
  }
}
