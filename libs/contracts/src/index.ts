export type {
  ApiKey,
  Capability,
  Channel,
  CredentialRef,
  Deadlines,
  HealthPolicy,
  Model,
  Price,
  Revision,
  Route,
  Target,
} from './configuration.js';
export type { HealthSignal, TargetState } from './health.js';
export type { Decision, Plan, RequestFacts, Reuse } from './plan.js';
export type { AttemptRecord, CompletionOutcome, CompletionRecord, LedgerRecord } from './records.js';
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
