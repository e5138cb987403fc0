import type { TestGateway } from '../support/gateway.js';
import { callBySdk, type SdkOutcome } from './sdk-caller.fixture.js';

export interface LoadOutcome extends SdkOutcome {
  readonly number: number;
  readonly stream: boolean;
  /** On the clock of `performance.now()`. */
  readonly endedAt: number;
}

export interface LoadWanted {
  readonly callers: number;
  readonly routes: readonly string[];
  /** Keys, taken in turn; the gateway's own without. */
  readonly keys?: readonly string[];
}

/** More than travels in a message: a dispatcher fetches it. */
const LONG_PROMPT = ` ${'o'.repeat(40_000)}`;

/** Stands in the call, in its answer, and in no other call's. */
export const promptOf = (number: number): string => `call ${number} of many`;

/** Callers of all kinds at work, each with its next call when its last is answered. */
export class Load {
  readonly outcomes: LoadOutcome[] = [];
  private going = true;
  private calls = 0;
  private readonly callers: Promise<unknown>;

  constructor(
    private readonly gateway: TestGateway,
    private readonly wanted: LoadWanted,
  ) {
    this.callers = Promise.all(Array.from({ length: wanted.callers }, () => this.work()));
  }

  /** Resolves when the calls under way have ended too. */
  async stop(): Promise<readonly LoadOutcome[]> {
    this.going = false;
    await this.callers;
    return this.outcomes;
  }

  private async work(): Promise<void> {
    while (this.going) this.outcomes.push(await this.call((this.calls += 1)));
  }

  private async call(number: number): Promise<LoadOutcome> {
    const { routes, keys = [] } = this.wanted;
    const key = keys[number % keys.length];
    const stream = number % 2 === 0;
    const prompt = promptOf(number) + (number % 5 === 0 ? LONG_PROMPT : '');
    const outcome = await callBySdk(this.gateway, {
      surface: number % 3 === 0 ? 'anthropic-messages' : 'openai-chat',
      route: routes[number % routes.length] ?? '',
      stream,
      prompt,
      ...(key === undefined ? {} : { key }),
    });
    return { ...outcome, number, stream, endedAt: performance.now() };
  }
}
