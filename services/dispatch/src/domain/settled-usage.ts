import { noUsage, type FaultClass, type Usage } from '#libs/contracts';
import { estimateTokens, type AnswerReport } from '#libs/providers';

export interface Spent {
  readonly outcome: 'ok' | 'failed' | 'cancelled';
  readonly fault?: FaultClass;
  /** The request went out; a provider that never had it can bill nothing. */
  readonly sent: boolean;
  readonly report?: AnswerReport;
}

export interface Settled {
  readonly usage: Usage;
  readonly estimated: boolean;
}

/** Ended while the provider was at work on it, and not by a refusal. */
const AT_WORK: ReadonlySet<FaultClass> = new Set(['slow_first_token', 'stall', 'cut']);

/**
 * What an attempt is charged: what the provider counted or, where it was cut short before it could, an estimate from
 * the prompt and from what came of the answer. A refusal, or silence that nothing followed, costs nothing.
 */
export function settledUsage(spent: Spent, promptTokens: () => number): Settled {
  const { outcome, report } = spent;
  const usage = report?.usage ?? noUsage;
  // Some count as they go: only with its finish is a count complete.
  const counted = report?.usageReported === true && (outcome === 'ok' || report.finishReason !== undefined);
  if (counted || !isBilled(spent)) return { usage, estimated: false };
  const inputTokens = report?.usageReported === true ? usage.inputTokens : promptTokens();
  const outputTokens = Math.max(usage.outputTokens, estimateTokens(report?.outputBytes ?? 0));
  return { usage: { ...usage, inputTokens, outputTokens }, estimated: true };
}

function isBilled({ outcome, fault, sent, report }: Spent): boolean {
  if (!sent) return false;
  if (outcome !== 'failed') return true;
  return report?.content === true || (fault !== undefined && AT_WORK.has(fault));
}
