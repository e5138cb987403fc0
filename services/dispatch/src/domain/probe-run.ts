import { defaultConduct, type FieldSpans, type ProbeRequest, type RunRequest } from '#libs/contracts';
import type { ResolvedTarget } from './resolve-targets.js';

const DEADLINES = { connect: 3000, firstToken: 20_000, interToken: 10_000, attempt: 30_000, total: 30_000 } as const;
/** As little as every model accepts: several refuse 1. */
const MAX_TOKENS = 16;

export interface ProbeRun {
  readonly request: RunRequest;
  readonly body: Uint8Array;
}

/**
 * The cheapest call that makes the model itself answer, in its own wire format: one line, streamed, a handful of tokens.
 * Of reasoning nothing is said: models without it refuse the parameter, and to reason up to the limit proves as much.
 */
export function probeRun(probe: ProbeRequest, { model, family, channel }: ResolvedTarget, now: number): ProbeRun {
  const limit = channel.provider === 'openai' ? 'max_completion_tokens' : 'max_tokens';
  const messages = [{ role: 'user', content: 'Reply with OK.' }];
  const { body, fields } = written({ model: probe.target, stream: true, [limit]: MAX_TOKENS, messages });
  const plan = { revision: probe.revision, route: 'probe', model: model.id, tiers: [[probe.target]] };
  return {
    body,
    request: {
      v: 1,
      requestId: probe.requestId,
      epoch: 0,
      attempts: 0,
      surface: family === 'anthropic' ? 'anthropic-messages' : 'openai-chat',
      stream: true,
      principal: { tenant: 'breakwater', team: 'health', agent: 'prober', key: 'prober' },
      plan: { ...plan, deadlines: DEADLINES, conduct: defaultConduct },
      fields,
      forward: {},
      maxOutputTokens: MAX_TOKENS,
      deadlineAt: now + DEADLINES.total,
    },
  };
}

/** A body with the places of its values, as ingress finds them in a caller's. */
function written(value: Readonly<Record<string, unknown>>): { readonly body: Uint8Array; readonly fields: FieldSpans } {
  const fields: Record<string, readonly [number, number]> = {};
  let text = '';
  for (const [name, field] of Object.entries(value)) {
    text += `${text ? ',' : '{'}${JSON.stringify(name)}:`;
    const start = Buffer.byteLength(text);
    text += JSON.stringify(field);
    fields[name] = [start, Buffer.byteLength(text)];
  }
  return { body: Buffer.from(`${text}}`), fields };
}
