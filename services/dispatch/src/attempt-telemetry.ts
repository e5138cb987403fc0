import type { AttemptRecord } from '#libs/contracts';
import {
  breakwater,
  genAi,
  instruments,
  measuring,
  startSpan,
  tracing,
  type Attributes,
  type Span,
} from '#libs/telemetry';
import type { AttemptResult } from './attempt-result.js';
import type { Call } from './call.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';

/** The span of one call to a provider, under the run that makes it. */
export function startAttemptSpan(call: Call, resolved: ResolvedTarget): Span {
  return startSpan(`chat ${resolved.target.providerModel}`, {
    kind: 'client',
    parent: call.span.traceparent,
    // What nobody records need not be put together for every call.
    ...(tracing() ? { attributes: attributesOf(call, resolved) } : {}),
  });
}

function attributesOf(call: Call, { target, channel, model, family, origin }: ResolvedTarget): Attributes {
  return {
    [genAi.operationName]: 'chat',
    [genAi.providerName]: family,
    [genAi.requestModel]: target.providerModel,
    [genAi.requestStream]: call.request.stream,
    [genAi.serverAddress]: new URL(origin).hostname,
    [breakwater.requestId]: call.request.requestId,
    [breakwater.channel]: channel.id,
    [breakwater.target]: target.id,
    [breakwater.model]: model.id,
    [breakwater.attempt]: call.attempts,
  };
}

export function endAttemptSpan(span: Span, { report, fault, status, firstTokenMs }: AttemptResult): void {
  if (!tracing()) return;
  span.set({
    [genAi.responseModel]: report?.servedVersion,
    [genAi.inputTokens]: report?.usage.inputTokens,
    [genAi.outputTokens]: report?.usage.outputTokens,
    [genAi.finishReasons]: report?.finishReason === undefined ? undefined : [report.finishReason],
    [genAi.timeToFirstChunk]: firstTokenMs === undefined ? undefined : firstTokenMs / 1000,
    [genAi.httpStatus]: status,
    [genAi.errorType]: fault,
    [breakwater.fault]: fault,
  });
  if (fault) span.fail(fault);
  span.end();
}

export function measureAttempt(record: AttemptRecord): void {
  if (!measuring()) return;
  const { attempts, failovers, operationDuration, timeToFirstToken, tokenUsage } = instruments();
  const labels = {
    [genAi.operationName]: 'chat',
    [genAi.requestModel]: record.requestedVersion,
    [breakwater.channel]: record.channel,
  };
  attempts.add(1, { ...labels, [breakwater.outcome]: record.outcome, [breakwater.fault]: record.fault });
  if (record.number > 1) failovers.add(1, { [breakwater.route]: record.route });
  operationDuration.record(record.durationMs / 1000, { ...labels, [genAi.errorType]: record.fault });
  if (record.firstTokenMs !== undefined) timeToFirstToken.record(record.firstTokenMs / 1000, labels);
  tokenUsage.record(record.usage.inputTokens, { ...labels, [genAi.tokenType]: 'input' });
  tokenUsage.record(record.usage.outputTokens, { ...labels, [genAi.tokenType]: 'output' });
}
