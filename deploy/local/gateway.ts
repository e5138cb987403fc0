import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Child, type Supervision } from './child.js';
import type { Configuration } from './configuration-files.js';
import { reachRedis } from './given-redis.js';
import { ownNats } from './nats.js';
import type { Options } from './options.js';
import type { OwnServer } from './own-server.js';
import type { ProcessSpec } from './process-run.js';
import { ownRedis } from './redis.js';
import { serviceProcesses, simulatorProcess } from './services.js';
import { StartFailure } from './start-failure.js';

const READY_WITHIN_MS = 60_000;
const READY_POLL_MS = 25;
const STOP_GRACE_MS = 8_000;

/** Who is stopped with whom: first what takes calls in, last what everything stands on. */
const STOP_ORDER = [
  /^(ingress|console)$/,
  /^dispatch-/,
  /^(policy|health|metering)$/,
  /^simulators$/,
  /^(redis|nats)$/,
];

/** All of Breakwater on this machine: servers, simulators and services, each a process of its own. */
export class Gateway {
  readonly #children = new Map<string, Child>();
  #stopping = false;

  constructor(
    readonly options: Options,
    readonly configuration: Configuration,
    private readonly supervision: Supervision,
  ) {}

  get children(): ReadonlyMap<string, Child> {
    return this.#children;
  }

  /** Where agents post. */
  get url(): string {
    return `http://${reachable(this.options.host)}:${this.options.port}`;
  }

  get consoleUrl(): string {
    return `http://${reachable(this.options.consoleHost)}:${this.options.consolePort}`;
  }

  /**
   * Resolves when agents can post.
   * @param keysFile the configuration file with the first key
   * @throws StartFailure when a process ends before it is ready, or the whole is not ready in time. Stop it then.
   */
  async start(keysFile: string): Promise<void> {
    const late = new AbortController();
    const inTime = delay(READY_WITHIN_MS, undefined, { signal: late.signal }).then(() => this.#throwLate());
    const started = this.#startAll(keysFile).then(() => this.#untilReady(late.signal));
    try {
      await Promise.race([started, inTime]);
    } finally {
      late.abort();
      await inTime.catch(() => undefined);
    }
  }

  /** Stops every process, in order. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const group of STOP_ORDER) {
      const members = [...this.#children.values()].filter((child) => group.test(child.name));
      await Promise.all(members.map((child) => child.stop(STOP_GRACE_MS)));
    }
  }

  /** Ends every process at once, without asking. */
  async kill(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#children.values()].map((child) => child.stop(0)));
  }

  async #startAll(keysFile: string): Promise<void> {
    const { options, configuration } = this;
    const simulators = configuration.simulated.length > 0 ? [simulatorProcess(options, configuration.simulated)] : [];
    const [natsUrl, redisUrl] = await Promise.all([
      options.natsUrl ?? this.#startServer('nats', ownNats),
      options.redisUrl ? reachRedis(options.redisUrl) : this.#startServer('redis', ownRedis),
      this.#startProcesses(simulators),
    ]);
    const services = serviceProcesses({
      options,
      configuration,
      configFiles: [...configuration.files, keysFile],
      simulatorKey: randomBytes(16).toString('hex'),
      natsUrl,
      redisUrl,
    });
    await this.#startProcesses(services);
  }

  async #startServer(name: string, prepare: typeof ownNats | typeof ownRedis): Promise<string> {
    const { stateDirectory, environment } = this.options;
    const server: OwnServer = await prepare({ directory: join(stateDirectory, name), environment });
    await this.#startProcesses([server.process]);
    return server.url;
  }

  async #startProcesses(specs: readonly ProcessSpec[]): Promise<void> {
    // A stop may come between two steps of the start.
    if (this.#stopping) throw new StartFailure('stopped before it was ready');
    const children = specs.map((spec) => new Child(spec, this.supervision));
    for (const child of children) this.#children.set(child.name, child);
    await Promise.all(children.map((child) => child.start()));
  }

  /** Ingress says that it is ready when it has a configuration, policy and a dispatcher. */
  async #untilReady(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const answer = await fetch(`${this.url}/readyz`, { signal }).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.status === 200) return;
      await delay(READY_POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #throwLate(): Promise<never> {
    const waiting = [...this.#children.values()].filter((child) => !child.ready).map((child) => child.name);
    const missing = waiting.length > 0 ? waiting.join(', ') : await this.#readinessReport();
    throw new StartFailure(`not ready after ${READY_WITHIN_MS / 1000} s; still missing: ${missing}`);
  }

  async #readinessReport(): Promise<string> {
    const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    return answer ? `ingress answers ${answer.status}: ${await answer.text()}` : `an answer from ${this.url}/readyz`;
  }
}

/** The address under which this machine reaches a server that listens on `host`. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
