export type { TokenUsage } from './answer.js';
export type { CallOutcome, CallRecord } from './call-entry.js';
export type { CallFilter, CallLogLimits } from './call-log.js';
export type { Family, SimulatedChannel } from './dialect.js';
export { faultKinds } from './faults/fault-kinds.js';
export { faultKindNames } from './faults/fault.js';
export type { ActiveFault, CutMode, FaultDefinition, FaultKindName, FaultParameter } from './faults/fault.js';
export type { Pace } from './script.js';
export { startSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
