/** Every subject of Breakwater, once. Names end in the version of what they carry. */
export const subjects = {
  /** ingress -> policy, request and reply: RequestFacts -> Decision. */
  decide: 'bw.policy.decide.v1',
  /** ingress -> dispatch, queue group: a run message; frames come back on its reply subject. */
  run: 'bw.dispatch.run.v1',
  /** ingress -> every dispatcher, again and again: ReturnAddress. Who connects there is handed calls directly. */
  ingressHere: 'bw.ingress.here.v1',
  /** dispatch -> every ingress, once and empty: it takes calls from now on. */
  dispatcherHere: 'bw.dispatch.here.v1',
  /** Answered while a process that can serve is there. */
  policyPresent: 'bw.policy.present.v1',
  dispatchPresent: 'bw.dispatch.present.v1',
  /** health -> dispatch, queue group, request and reply: ProbeRequest -> ProbeAnswer. */
  probe: 'bw.dispatch.probe.v1',
  /** dispatch -> health, in batches: HealthSignal[] without a failure in them. */
  healthSignals: 'bw.health.signals.v1',
  /** dispatch -> health and every dispatcher, in batches: HealthSignal[] with a failure in each. */
  healthFailures: 'bw.health.failures.v1',
  /** health -> everybody, at once: TargetState. It is stored besides, for who comes later. */
  healthStates: 'bw.health.states.v1',
  /** console -> the leading health service, request and reply: HealthCommand -> TargetState. */
  healthCommand: 'bw.health.command.v1',
  /** JetStream: HealthChange. */
  healthChanges: 'bw.health.changes.v1',
  /** console -> metering, request and reply. */
  usageQuery: 'bw.metering.usage.v1',
  callQuery: 'bw.metering.call.v1',
  healthQuery: 'bw.metering.health.v1',
  /** JetStream: batches of LedgerRecord as NDJSON. */
  ledger: 'bw.ledger.records.v1',
  /** JetStream: what a consumer could not take. */
  deadLetter: 'bw.dead-letter.v1',
} as const;

/** ingress -> one dispatcher: Control messages, and pings that are answered while it lives. */
export const controlSubject = (dispatcher: string): string => `bw.dispatch.${dispatcher}.control.v1`;
export const pingSubject = (dispatcher: string): string => `bw.dispatch.${dispatcher}.ping.v1`;

export const queues = { policy: 'policy', dispatch: 'dispatch', metering: 'metering', health: 'health' } as const;
