import type { Principal, Surface } from '#libs/contracts';
import type { Span } from '#libs/telemetry';
import type { ReadRequest } from './domain/read-request.js';

/** A request on its way through ingress. */
export interface Arrival {
  readonly requestId: string;
  readonly surface: Surface;
  readonly principal: Principal;
  readonly read: ReadRequest;
  readonly span: Span;
  /** Epoch milliseconds, and the same moment on the monotonic clock. */
  readonly startedAt: number;
  readonly startedMonotonic: number;
}
