export type {
  ApiKey,
  Capability,
  Channel,
  Conduct,
  CredentialRef,
  Deadlines,
  Delivery,
  HealthPolicy,
  Model,
  Price,
  Revision,
  Route,
  RouteDeadlines,
  StatusPage,
  Strategy,
  Target,
  TargetLimits,
} from './configuration.js';
export { defaultConduct, defaultHealthPolicy } from './configuration.js';
export type {
  HealthChange,
  HealthCommand,
  HealthSignal,
  Outage,
  ProbeAnswer,
  ProbeReason,
  ProbeRequest,
  StateReason,
  TargetState,
} from './health.js';
export type { LimitKind, LimitReading } from './limits.js';
export type { Decision, Plan, RequestFacts, Reuse } from './plan.js';
export type { AttemptPurpose, AttemptRecord, CompletionOutcome, CompletionRecord, LedgerRecord } from './records.js';
export type {
  AnswerHead,
  AttemptStart,
  Control,
  FieldSpans,
  Frame,
  ReturnAddress,
  RunRequest,
  RunSummary,
} from './run.js';
export type { FaultClass, Family, Principal, ProviderId, Surface, Usage } from './vocabulary.js';
export { noUsage } from './vocabulary.js';
