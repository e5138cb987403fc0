import type { PublishOptions } from '@nats-io/transport-node';
import type { Bus } from './connection.js';

/** Fire and forget: what a connection that is closing takes no more is lost, as it may be on any connection. */
export function publish({ nats }: Bus, subject: string, data: Uint8Array, options?: PublishOptions): void {
  try {
    nats.publish(subject, data, options);
  } catch (error) {
    if (!nats.isDraining() && !nats.isClosed()) throw error;
  }
}
