import { isJsonObject } from '#libs/kernel';

/** What the load generator is to do. */
export interface LoadOrder {
  /** Of the gateway or provider: `http://127.0.0.1:8080`. */
  readonly origin: string;
  readonly headers: { readonly [name: string]: string };
  readonly model: string;
  readonly bodyBytes: number;
  readonly stream: boolean;
  /** Calls a second, begun at a constant rate whatever becomes of those under way. */
  readonly rate: number;
  readonly seconds: number;
}

/** What became of it. */
export interface LoadReport {
  readonly kind: 'load-report';
  /**
   * Milliseconds of each good call, ascending, from the moment it was to begin: to the end of a whole answer, to the
   * first bytes of a streamed one.
   */
  readonly latencies: readonly number[];
  /** Good calls a second. */
  readonly achievedRate: number;
  /** How many calls failed, by what went wrong. */
  readonly failures: { readonly [what: string]: number };
}

export function isLoadReport(message: unknown): message is LoadReport {
  return isJsonObject(message) && message['kind'] === 'load-report';
}
