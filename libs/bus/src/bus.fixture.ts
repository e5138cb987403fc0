import { closeBus, connectBus, type Bus } from './connection.js';
import { startNats } from '../../../test/support/nats.js';
import type { TestServer } from '../../../test/support/server.js';

/** A broker of a spec's own, and as many connections to it as wanted. */
export interface TestBroker extends TestServer {
  connect(name?: string): Promise<Bus>;
  /** Crashes and starts again; resolves when every connection that was open is there again. */
  bounce(): Promise<void>;
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
    bounce: async () => {
      const back = buses.filter((bus) => !bus.nats.isClosed()).map(reconnected);
      await server.crash();
      await server.restart();
      await Promise.all(back);
    },
    stop: async () => {
      await Promise.all(buses.map((bus) => closeBus(bus)));
      await server.stop();
    },
  };
}

/** Resolves when a connection that is lost, or will be, is there again. */
export async function reconnected({ nats }: Bus): Promise<void> {
  for await (const status of nats.status()) if (status.type === 'reconnect') return;
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
