import type { Capability, FieldSpans, Surface } from '#libs/contracts';
import { surfaces } from '#libs/surfaces';
import { checkParameters, valueOf, type ReadableBody } from './check-parameters.js';
import { scanBody } from './scan-body.js';

/** What ingress knows of a request's body: enough to ask policy and to let dispatch edit it in place. */
export interface ReadRequest {
  readonly route: string;
  readonly stream: boolean;
  readonly needs: readonly Capability[];
  readonly maxOutputTokens: number;
  readonly estimatedInputTokens: number;
  readonly fields: FieldSpans;
}

/** Even dense text has fewer tokens than this many bytes each would give: too low an estimate refuses nobody wrongly. */
const BYTES_A_TOKEN = 12;

/** @throws GatewayError for whatever is wrong with the body, naming the field and the fix */
export function readRequest(bytes: Uint8Array, surface: Surface, extraParameters: readonly string[]): ReadRequest {
  const body: ReadableBody = { ...scanBody(bytes), bytes };
  checkParameters(body, surfaces[surface], extraParameters);
  const spans = [...body.fields].map(([name, { start, end }]) => [name, [start, end]] as const);
  return {
    route: String(valueOf(body, 'model')),
    stream: valueOf(body, 'stream') === true,
    needs: needsOf(body),
    maxOutputTokens: Math.max(numberOf(body, 'max_tokens'), numberOf(body, 'max_completion_tokens')),
    // An image's bytes say nothing of its tokens.
    estimatedInputTokens: body.images ? 0 : Math.floor(bytes.byteLength / BYTES_A_TOKEN),
    fields: Object.fromEntries(spans),
  };
}

function needsOf(body: ReadableBody): Capability[] {
  const tools = ['tools', 'functions'].some((name) => body.fields.get(name)?.kind === 'array');
  return [...(tools ? ['tools' as const] : []), ...(body.images ? ['images' as const] : [])];
}

function numberOf(body: ReadableBody, name: string): number {
  return body.fields.get(name)?.number ?? 0;
}
