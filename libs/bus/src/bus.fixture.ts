import { closeBus, connectBus, type Bus } from './connection.js';
import { startNats } from '../../../test/support/nats.js';
import type { TestServer } from '../../../test/support/server.js';

/** A broker of a spec's own, and as many connections to it as wanted. */
export interface TestBroker extends TestServer {
  connect(name?: string): Promise<Bus>;
}

export async function startBroker(): Promise<TestBroker> {
  const server = await startNats();
  const buses: Bus[] = [];
  return {
    ...server,
    connect: async (name = 'test') => {
      const bus = await connectBus({ url: server.url, name });
      buses.push(bus);
      return bus;
    },
    stop: async () => {
      await Promise.all(buses.map((bus) => closeBus(bus)));
      await server.stop();
    },
  };
}

/** Keeps what comes in, and lets a spec wait until enough has come. */
export class Inbox<Item> {
  readonly items: Item[] = [];
  private readonly waiting = new Set<() => void>();

  readonly take = (item: Item): void => {
    this.items.push(item);
    for (const look of this.waiting) look();
  };

  /** Resolves as soon as the items are as wanted; the runner's own time-out speaks where they never are. */
  until(wanted: (items: readonly Item[]) => boolean): Promise<readonly Item[]> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!wanted(this.items)) return;
        this.waiting.delete(look);
        resolve(this.items);
      };
      this.waiting.add(look);
      look();
    });
  }

  count(wanted: number): Promise<readonly Item[]> {
    return this.until((items) => items.length >= wanted);
  }
}
