import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { closeBus, connectBus, putRevision } from '#libs/bus';
import { defaultHealthPolicy, type Revision } from '#libs/contracts';
import { isJsonObject } from '#libs/kernel';
import { checkout } from '../../deploy/local/checkout.js';
import { startNats } from '../support/nats.js';
import { isBroadcastReport, type BroadcastOrder, type BroadcastReport } from './broadcast-order.js';

/** One failing target: milliseconds from a failing call to the last instance of the fleet that avoids it. */
export interface Trial {
  /** From the first failing call to the last instance that takes another target where there is one. */
  readonly doubtedMs: number;
  /** From the call with which it opened to the last instance that does not call it at all. */
  readonly shutMs: number;
}

/** A broker, the health service and dispatchers' health, in processes of their own. */
export interface BroadcastFleet {
  trial(target: string, failing: readonly [number, number, number]): Promise<Trial>;
  /** Of a first failing call alone: milliseconds to the last instance that takes another target. */
  doubt(target: string, failing: number): Promise<number>;
  /** Ends the health service as a crash would. */
  killHealth(): Promise<void>;
  stop(): Promise<void>;
}

const revision: Revision = {
  number: 1,
  digest: 'broadcast',
  channels: [],
  models: [],
  targets: [],
  routes: [],
  keys: [],
  // The third failing call opens, and nothing is back before all have been heard.
  health: { ...defaultHealthPolicy, consecutiveFailures: 3, openMs: 60_000 },
  extraParameters: [],
};

export async function startFleet(instances: number, processes: number): Promise<BroadcastFleet> {
  const nats = await startNats();
  const bus = await connectBus({ url: nats.url, name: 'fleet' });
  await putRevision(bus, revision);
  await closeBus(bus);
  const health = await started(join(checkout, 'dist/services/health/src/main.js'), [], nats.url);
  const size = Math.ceil(instances / processes);
  const starts = Array.from({ length: processes }, (_, at) => at * size).filter((first) => first < instances);
  const workers = await Promise.all(
    starts.map(async (first) => {
      const count = Math.min(size, instances - first);
      const script = join(checkout, 'dist/test/bench/health-dispatchers.js');
      return new Worker(first, count, await started(script, [nats.url, String(first), String(count)], nats.url));
    }),
  );
  return {
    trial: (target, failing) => trial(workers, target, failing),
    doubt: (target, failing) => doubt(workers, target, failing),
    killHealth: async () => {
      health.kill('SIGKILL');
      await once(health, 'exit');
    },
    stop: async () => {
      await Promise.all([health, ...workers.map(({ child }) => child)].map(stopped));
      await nats.stop();
    },
  };
}

async function trial(workers: readonly Worker[], target: string, failing: readonly number[]): Promise<Trial> {
  await Promise.all(workers.map((worker) => worker.ask({ do: 'watch', target }, 'watching')));
  const doubted = Promise.all(workers.map((worker) => worker.hear('doubted', target)));
  const shut = Promise.all(workers.map((worker) => worker.hear('shut', target)));
  const [first, ...others] = failing;
  const firstAt = await failAt(workers, target, first ?? 0);
  const lastDoubt = Math.max(...(await doubted));
  let lastAt = firstAt;
  for (const instance of others) lastAt = await failAt(workers, target, instance);
  return { doubtedMs: lastDoubt - firstAt, shutMs: Math.max(...(await shut)) - lastAt };
}

async function doubt(workers: readonly Worker[], target: string, failing: number): Promise<number> {
  await Promise.all(workers.map((worker) => worker.ask({ do: 'watch', target }, 'watching')));
  const doubted = Promise.all(workers.map((worker) => worker.hear('doubted', target)));
  const at = await failAt(workers, target, failing);
  return Math.max(...(await doubted)) - at;
}

async function failAt(workers: readonly Worker[], target: string, instance: number): Promise<number> {
  const worker = workers.find(({ first, count }) => instance >= first && instance < first + count);
  if (!worker) throw new Error(`there is no instance ${instance}`);
  return worker.ask({ do: 'fail', target, instance }, 'failed');
}

/** A process of some instances. */
class Worker {
  constructor(
    readonly first: number,
    readonly count: number,
    readonly child: ChildProcess,
  ) {
    // Every instance of the fleet may be listened for at the same time.
    child.setMaxListeners(0);
  }

  async ask(order: BroadcastOrder, answer: BroadcastReport['said']): Promise<number> {
    const answered = this.hear(answer, order.target);
    this.child.send(order);
    return answered;
  }

  /** When it said so. */
  hear(said: BroadcastReport['said'], target: string): Promise<number> {
    return new Promise((resolve) => {
      const listen = (message: unknown): void => {
        if (!isBroadcastReport(message) || message.said === 'ready') return;
        if (message.said !== said || message.target !== target) return;
        this.child.off('message', listen);
        resolve(message.at);
      };
      this.child.on('message', listen);
    });
  }
}

async function started(script: string, args: readonly string[], url: string): Promise<ChildProcess> {
  const env = { NATS_URL: url, BREAKWATER_INSTANCE: 'health', BREAKWATER_LOG_LEVEL: 'silent' };
  // Detached: a Ctrl-C is ours to hear, and each ends with us by its IPC channel.
  const child = fork(script, args, { env, detached: true, execArgv: [] });
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message: unknown) => {
      if (isJsonObject(message) && (message['ready'] === true || message['said'] === 'ready')) resolve();
    });
  });
  const failed = once(child, 'exit').then(([code]): never => {
    throw new Error(`${script} ended (${String(code)})`);
  });
  failed.catch(() => undefined);
  await Promise.race([ready, failed]);
  return child;
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
