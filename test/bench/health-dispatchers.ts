import 'reflect-metadata';
import { closeBus, connectBus } from '#libs/bus';
import { systemClock } from '#libs/kernel';
import { BusConnection } from '#libs/platform';
import { Catalog } from '../../services/dispatch/src/catalog.js';
import { LocalHealth } from '../../services/dispatch/src/local-health.js';
import { isBroadcastOrder, machineMs, type BroadcastOrder, type BroadcastReport } from './broadcast-order.js';

/**
 * Some dispatchers' health, each with its own connection to the broker, as a dispatcher has it. Arguments: the broker's
 * URL, the first instance's index, how many there are. Orders and reports go over IPC.
 */
const LOOK_EVERY_MS = 1;

const [url = '', firstIndex = '0', count = '1'] = process.argv.slice(2);
const first = Number(firstIndex);

async function startInstance(index: number): Promise<LocalHealth> {
  const name = `dispatch-${index}`;
  const bus = await connectBus({ url, name });
  const connection = new BusConnection(bus, name, '.');
  const catalog = new Catalog(connection);
  await catalog.onModuleInit();
  const health = new LocalHealth(connection, catalog);
  await health.onModuleInit();
  await bus.nats.flush();
  process.once('disconnect', () => void closeBus(bus));
  return health;
}

const instances = await Promise.all(Array.from({ length: Number(count) }, (_, at) => startInstance(first + at)));

const report = (message: BroadcastReport): void => void process.send?.(message);

type Sign = 'doubted' | 'shut';

/** Whether no instance would choose the target while there is another. */
function shows(sign: Sign, target: string): boolean {
  const now = systemClock.now();
  return instances.every((health) => {
    const { availability, suspect } = health.standing(target, now);
    return availability !== 'usable' || (sign === 'doubted' && suspect);
  });
}

function watch(target: string): void {
  const awaited = new Set<Sign>(['doubted', 'shut']);
  const timer = setInterval(() => {
    for (const sign of awaited) {
      if (!shows(sign, target)) continue;
      report({ said: sign, target, at: machineMs() });
      awaited.delete(sign);
    }
    if (awaited.size === 0) clearInterval(timer);
  }, LOOK_EVERY_MS);
  timer.unref();
  report({ said: 'watching', target, at: machineMs() });
}

function fail({ target, instance }: Extract<BroadcastOrder, { do: 'fail' }>): void {
  const at = machineMs();
  instances[instance - first]?.observe({ target, requestId: 'bench', probe: false, fault: 'overloaded' });
  report({ said: 'failed', target, at });
}

process.on('message', (order) => {
  if (!isBroadcastOrder(order)) return;
  if (order.do === 'watch') watch(order.target);
  else fail(order);
});
report({ said: 'ready' });
