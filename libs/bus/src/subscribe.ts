import type { Msg, Subscription } from '@nats-io/transport-node';
import type { Bus } from './connection.js';
import { warn } from './warn.js';

/**
 * Hears a subject; within a queue group each message is heard by one of the group.
 * What a message makes its handler throw stays with that message: thrown into the client it would end its reading, and
 * with it every other conversation on the connection.
 */
export function subscribe(bus: Bus, subject: string, handler: (message: Msg) => void, queue?: string): Subscription {
  return bus.nats.subscribe(subject, {
    ...(queue === undefined ? {} : { queue }),
    callback: (failure, message) => {
      if (failure) return;
      try {
        handler(message);
      } catch (error) {
        warn(error);
      }
    },
  });
}
