import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '#libs/kernel';
import { runProcess, type ProcessRun, type ProcessSpec } from './process-run.js';

/** What children print, and what happens to them, line by line. */
export type ChildLog = (name: string, line: string) => void;

export interface Supervision {
  readonly log: ChildLog;
  /** Start it again when it dies after it was ready. */
  readonly restart: boolean;
}

const BACKOFF_MS = [250, 1_000, 2_000, 5_000, 10_000, 30_000] as const;
const STEADY_AFTER_MS = 10_000;

/** How long to wait before a process that has died so many times in a row is started again. */
export function restartDelay(deaths: number): number {
  return BACKOFF_MS[Math.min(deaths, BACKOFF_MS.length) - 1] ?? BACKOFF_MS[0];
}

/** One process of ours: started, watched, started again with growing delays when it dies, stopped. */
export class Child {
  #run: ProcessRun | undefined;
  #ready = false;
  #deaths = 0;
  #stopping = new AbortController();

  constructor(
    readonly spec: ProcessSpec,
    private readonly supervision: Supervision,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#run?.pid;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** @throws StartFailure when it ends before it is ready. */
  async start(): Promise<void> {
    this.#stopping = new AbortController();
    await this.#launch();
  }

  /** Asks it to end, and after the grace makes it. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const run = this.#run;
    run?.kill('SIGTERM');
    const force = setTimeout(() => run?.kill('SIGKILL'), graceMs);
    await run?.ended;
    clearTimeout(force);
  }

  signal(signal: NodeJS.Signals): void {
    this.#run?.kill(signal);
  }

  /** Resolves when the process that runs now, if any, has ended. */
  async ended(): Promise<void> {
    await this.#run?.ended;
  }

  async #launch(): Promise<void> {
    const run = runProcess(this.spec, (line) => this.supervision.log(this.name, line));
    this.#run = run;
    void run.ended.then(() => this.#forget());
    await run.ready;
    this.#ready = true;
    const readyAt = systemClock.monotonic();
    void run.ended.then((how) => this.#afterDeath(how, systemClock.monotonic() - readyAt));
  }

  #forget(): void {
    this.#run = undefined;
    this.#ready = false;
  }

  async #afterDeath(how: string, livedMs: number): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    if (livedMs > STEADY_AFTER_MS) this.#deaths = 0;
    await this.#revive(how);
  }

  async #revive(how: string): Promise<void> {
    if (!this.supervision.restart) return this.#note(`ended (${how})`);
    this.#deaths += 1;
    const ms = restartDelay(this.#deaths);
    this.#note(`ended (${how}); starting it again in ${ms} ms`);
    try {
      await delay(ms, undefined, { signal: this.#stopping.signal });
      await this.#launch();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      await this.#revive(error instanceof Error ? error.message : String(error));
    }
  }

  #note(text: string): void {
    this.supervision.log('breakwater', `${this.name} ${text}`);
  }
}
