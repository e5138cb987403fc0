import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { isJsonObject } from '#libs/kernel';
import { endWithUs } from './reaper.js';
import { StartFailure } from './start-failure.js';

export type Environment = Readonly<Record<string, string>>;

/** How a process tells that it serves: our own by an IPC message, a server by a line of its log. */
export type Readiness =
  | { readonly by: 'message' }
  /** `verify` makes sure that what answers is the process with this id, not another one on its port. */
  | { readonly by: 'line'; readonly text: string; readonly verify: (pid: number) => Promise<void> };

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its whole environment: nothing is inherited. */
  readonly env: Environment;
  readonly readiness: Readiness;
}

/** One life of a process. */
export interface ProcessRun {
  /** Undefined when it could not be started at all. */
  readonly pid: number | undefined;
  /** Rejects with a StartFailure in the process's own words when it ends before it serves. */
  readonly ready: Promise<void>;
  /** Resolves with how it ended: `code 1`, `SIGKILL`. All it printed has been seen by then. */
  readonly ended: Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts a process.
 * @param print gets each line it prints: from its start once it serves, and nothing when it never does, since that is
 *   then told by the failure
 */
export function runProcess(spec: ProcessSpec, print: (line: string) => void): ProcessRun {
  const viaIpc = spec.readiness.by === 'message';
  const child = spawn(spec.command, spec.args, {
    env: spec.env,
    // Its own process group: the terminal's Ctrl-C reaches us alone, and we stop the children in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(viaIpc ? (['ipc'] as const) : [])],
  });
  const output = new Output(print);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => output.hear(line));
  }
  child.once('error', (error) => output.hear(`cannot run ${spec.command}: ${error.message}`));
  const ended = untilEnd(child, viaIpc);
  const failed = ended.then((how): never => {
    throw new StartFailure(lastWords(spec.name, output.held) ?? `${spec.name} ended before it was ready (${how})`);
  });
  const serving = untilServing(child, spec.readiness, output).then(
    () => output.release(),
    async (error: unknown) => {
      output.hear(`breakwater ${spec.name}: ${error instanceof Error ? error.message : String(error)}`);
      child.kill('SIGKILL');
      await failed;
    },
  );
  return { pid: child.pid, ready: Promise.race([failed, serving]), ended, kill: (signal) => void child.kill(signal) };
}

/** What a process prints: held back until it serves, then passed on. */
class Output {
  #held: string[] | undefined = [];
  readonly #awaited: { readonly text: string; readonly heard: () => void }[] = [];

  constructor(private readonly print: (line: string) => void) {}

  get held(): readonly string[] {
    return this.#held ?? [];
  }

  hear(line: string): void {
    if (this.#held) this.#held.push(line);
    else this.print(line);
    for (const { text, heard } of this.#awaited) if (line.includes(text)) heard();
  }

  /** Resolves at the next line that has this text in it. */
  includes(text: string): Promise<void> {
    return new Promise((heard) => this.#awaited.push({ text, heard }));
  }

  release(): void {
    this.held.forEach(this.print);
    this.#held = undefined;
  }
}

async function untilEnd(child: ChildProcess, viaIpc: boolean): Promise<string> {
  const callOff = viaIpc || child.pid === undefined ? undefined : endWithUs(child.pid);
  const how = await new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  await callOff?.();
  return how;
}

async function untilServing(child: ChildProcess, readiness: Readiness, output: Output): Promise<void> {
  if (readiness.by === 'message') {
    await new Promise<void>((resolve) => {
      child.on('message', (message: unknown) => isJsonObject(message) && message['ready'] === true && resolve());
    });
    return;
  }
  await output.includes(readiness.text);
  if (child.pid !== undefined) await readiness.verify(child.pid);
}

/** Our services put the reason into one line that begins with our name; of others the last lines must do. */
function lastWords(name: string, lines: readonly string[]): string | undefined {
  const reason = lines.findIndex((line) => line.startsWith('breakwater '));
  if (reason >= 0) return lines.slice(reason).join('\n').slice('breakwater '.length);
  return lines.length === 0
    ? undefined
    : [`${name} ended before it was ready; it said:`, ...lines.slice(-5)].join('\n');
}
