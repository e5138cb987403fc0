import type { CallRecord, Simulator } from '#libs/simulators';

/** An attempt that failed, and the one that followed it elsewhere. */
export interface FailedOver {
  readonly failedMs: number;
  /** From the end of the one to the beginning of the other. */
  readonly gapMs: number;
}

interface SeenCall {
  readonly model: string;
  readonly channel: string;
  readonly cameAt: number;
  leftAt?: number;
}

const AN_HOUR = 3_600_000;

/** When calls reached a simulator and left it, finer than its log tells: it runs in this process. */
export class ProviderMoments {
  private readonly seen = new Map<string, SeenCall>();
  private watching = true;

  constructor(simulator: Simulator) {
    // Asked about every change of every call; what it waits for never comes.
    const look = (record: CallRecord): boolean => {
      this.see(record);
      return !this.watching;
    };
    simulator.waitForCall(look, AN_HOUR).catch(() => undefined);
  }

  stop(): void {
    this.watching = false;
  }

  failedOver(model: string): readonly FailedOver[] {
    const calls = [...this.seen.values()].filter((call) => call.model === model);
    return calls.flatMap(({ channel, cameAt, leftAt }, index) => {
      const next = calls[index + 1];
      if (next === undefined || next.channel === channel || leftAt === undefined) return [];
      return [{ failedMs: leftAt - cameAt, gapMs: next.cameAt - leftAt }];
    });
  }

  private see({ id, model, channel, outcome }: CallRecord): void {
    if (model === undefined) return;
    const now = performance.now();
    const call = this.seen.get(id);
    if (call === undefined) this.seen.set(id, { model, channel, cameAt: now });
    else if (outcome !== 'in-flight') call.leftAt ??= now;
  }
}
