import { isJsonObject } from '#libs/kernel';

/** What a process of dispatchers is told to do. Each of its instances is named by its index in the whole fleet. */
export type BroadcastOrder =
  /** Say when the last of the instances doubts this target, and when the last has it shut. */
  | { readonly do: 'watch'; readonly target: string }
  /** One instance sees a call fail. */
  | { readonly do: 'fail'; readonly target: string; readonly instance: number };

/** Times are of the clock that all processes of a machine share, in milliseconds. */
export type BroadcastReport =
  | { readonly said: 'ready' }
  | { readonly said: 'watching' | 'failed' | 'doubted' | 'shut'; readonly target: string; readonly at: number };

export function isBroadcastReport(message: unknown): message is BroadcastReport {
  return isJsonObject(message) && typeof message['said'] === 'string';
}

export function isBroadcastOrder(message: unknown): message is BroadcastOrder {
  return isJsonObject(message) && typeof message['do'] === 'string';
}

/** Monotonic, and the same in every process of this machine. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
