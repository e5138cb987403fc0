import type { Meter } from '@opentelemetry/api';
import { breakwater, genAi } from './attributes.js';

/** The only labels a metric may have: sets that configuration bounds. A request id here would cost a series a call. */
type LabelName =
  | (typeof breakwater)['surface' | 'route' | 'channel' | 'model' | 'fault' | 'outcome']
  | (typeof genAi)['operationName' | 'providerName' | 'requestModel' | 'responseModel' | 'tokenType' | 'errorType']
  | (typeof genAi)['serverAddress'];

export type MetricLabels = { readonly [name in LabelName]?: string | undefined };

interface Counter {
  add(value: number, labels?: MetricLabels): void;
}

interface Histogram {
  record(value: number, labels?: MetricLabels): void;
}

export interface Instruments {
  /** Calls of agents, counted when they end. */
  readonly calls: Counter;
  /** Attempts at providers, counted when they end. */
  readonly attempts: Counter;
  /** Attempts that followed a failed one of the same call. */
  readonly failovers: Counter;
  /** Answers of providers that named no sensible time to come back. */
  readonly absurdRetryAfters: Counter;
  /** Calls between arrival and end: +1, then -1 with the same labels. */
  readonly inFlight: Counter;
  /** Seconds of one attempt. */
  readonly operationDuration: Histogram;
  /** Tokens of one attempt, `gen_ai.token.type` saying which. */
  readonly tokenUsage: Histogram;
  /** Seconds from an attempt's request to its first content token. */
  readonly timeToFirstToken: Histogram;
  /** Seconds a call spent in Breakwater beyond its attempts at providers. */
  readonly addedLatency: Histogram;
}

// As the GenAI conventions advise, so that dashboards made for them fit.
const durationBuckets = Array.from({ length: 14 }, (_, step) => 0.01 * 2 ** step);
const tokenBuckets = Array.from({ length: 14 }, (_, step) => 4 ** step);
const firstTokenBuckets = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const addedBuckets = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];

const ignore = (): void => undefined;
const counting: Counter = { add: ignore };
const observing: Histogram = { record: ignore };
const silent: Instruments = {
  calls: counting,
  attempts: counting,
  failovers: counting,
  absurdRetryAfters: counting,
  inFlight: counting,
  operationDuration: observing,
  tokenUsage: observing,
  timeToFirstToken: observing,
  addedLatency: observing,
};

let current: () => Instruments = () => silent;

/** Where measurements go from now on; `undefined` records none. */
export function measureWith(meter: Meter | undefined): void {
  let made: Instruments | undefined;
  current = meter ? () => (made ??= recording(meter)) : () => silent;
}

/** Whether anything is measured at all. */
export function measuring(): boolean {
  return current() !== silent;
}

/** The metrics of the process. Ask for them where you record: what was asked for before telemetry started is deaf. */
export function instruments(): Instruments {
  return current();
}

function recording(meter: Meter): Instruments {
  const counter = (name: string, unit: string): Counter => counted(meter.createCounter(name, { unit }));
  const histogram = (name: string, unit: string, explicitBucketBoundaries: number[]): Histogram => {
    const made = meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries } });
    return { record: (value, labels) => made.record(value, present(labels)) };
  };
  return {
    calls: counter('breakwater.calls', '{call}'),
    attempts: counter('breakwater.attempts', '{attempt}'),
    failovers: counter('breakwater.failovers', '{failover}'),
    absurdRetryAfters: counter('breakwater.retry_after.absurd', '{answer}'),
    inFlight: counted(meter.createUpDownCounter('breakwater.in_flight', { unit: '{call}' })),
    operationDuration: histogram('gen_ai.client.operation.duration', 's', durationBuckets),
    tokenUsage: histogram('gen_ai.client.token.usage', '{token}', tokenBuckets),
    timeToFirstToken: histogram('gen_ai.client.operation.time_to_first_chunk', 's', firstTokenBuckets),
    addedLatency: histogram('breakwater.added_latency', 's', addedBuckets),
  };
}

function counted(made: Counter): Counter {
  return { add: (value, labels) => made.add(value, present(labels)) };
}

/** The SDK would export an absent label as an empty one. */
function present(labels: MetricLabels = {}): MetricLabels {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined));
}
