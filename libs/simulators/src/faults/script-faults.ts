import type { StreamNoise } from '../dialect.js';
import type { Script, Step } from '../script.js';
import type { FaultParameters } from './fault.js';

/** What a fault on the wire has at hand: its parameters, and the provider's texts for things that go wrong. */
export interface Strike {
  readonly parameters: FaultParameters;
  readonly noise: StreamNoise;
  readonly requestId: string;
}

export type ScriptFault = (script: Script, strike: Strike) => Script;

const defaultTokens = 3;
const pingEveryMs = 1000;

export const hang: ScriptFault = (script) => ({ ...script, steps: [{ do: 'wait', ms: Infinity }] });

export const latency: ScriptFault = (script, { parameters }) => ({
  ...script,
  steps: [{ do: 'wait', ms: parameters.delayMs ?? 1000 }, ...script.steps],
});

/** A stream's headers and lifecycle events go out at once, and pings meanwhile; an unstreamed answer is just late. */
export const slowFirstToken: ScriptFault = (script, { parameters, noise }) => {
  const ms = parameters.delayMs ?? 10_000;
  if (!script.streamed) return { ...script, steps: [{ do: 'wait', ms }, ...script.steps] };
  const [before, after] = splitAfterTokens(script.steps, 0);
  const pings = parameters.pings === false ? {} : { pings: { text: noise.ping, everyMs: pingEveryMs } };
  return { ...script, steps: [...before, { do: 'wait', ms, ...pings }, ...after] };
};

export const slowTokens: ScriptFault = (script, { parameters }) => {
  const { factor, tokenMs = 500 } = parameters;
  if (factor !== undefined) return { ...script, steps: timesSlower(script.steps, factor) };
  const steps = script.steps.flatMap((step): readonly Step[] =>
    isToken(step) ? [{ do: 'wait', ms: tokenMs }, step] : [step],
  );
  return { ...script, steps };
};

/** What a token of a simulator without a pace is taken to need. */
const nominalTokenMs = 10;

function timesSlower(steps: readonly Step[], factor: number): readonly Step[] {
  return steps.flatMap((step, index): readonly Step[] => {
    if (step.do === 'wait') return [{ ...step, ms: step.ms * factor }];
    const paced = steps[index - 1]?.do === 'wait';
    return isToken(step) && !paced ? [{ do: 'wait', ms: nominalTokenMs * factor }, step] : [step];
  });
}

export const reset: ScriptFault = (script) => ({ ...script, steps: [{ do: 'close', how: 'rst' }] });

export const resetAfterHeaders: ScriptFault = (script) => ({
  ...script,
  steps: [{ do: 'head' }, { do: 'close', how: 'rst' }],
});

export const cut: ScriptFault = (script, { parameters }) => {
  const { mode = 'fin' } = parameters;
  const steps = beginning(script, parameters.afterTokens ?? defaultTokens);
  // An unstreamed answer announced its length, so it cannot end cleanly before it.
  if (mode === 'end' && script.streamed) return { ...script, steps };
  return { ...script, steps: [...steps, { do: 'close', how: mode === 'rst' ? 'rst' : 'fin' }] };
};

export const stall: ScriptFault = (script, { parameters, noise }) => {
  const pings = parameters.pings === true && script.streamed ? { text: noise.ping, everyMs: pingEveryMs } : undefined;
  const silence: Step = { do: 'wait', ms: Infinity, ...(pings === undefined ? {} : { pings }) };
  return { ...script, steps: [...beginning(script, parameters.afterTokens ?? defaultTokens), silence] };
};

/** The answer's lifecycle begins, and nothing but pings follows. */
export const noContent: ScriptFault = (script, { parameters, noise, requestId }) =>
  stall(script, { parameters: { pings: true, ...parameters, afterTokens: 0 }, noise, requestId });

export const errorEvent: ScriptFault = (script, { parameters, noise, requestId }) => {
  const steps = beginning(script, parameters.afterTokens ?? defaultTokens);
  return { ...script, steps: [...steps, { do: 'send', part: 'lifecycle', text: noise.errorFrame(requestId) }] };
};

export const malformedChunk: ScriptFault = (script, { parameters, noise }) => {
  if (!script.streamed) return withBody(script, (text) => `${text.slice(0, -1)},`);
  const [before, after] = splitAfterTokens(script.steps, parameters.afterTokens ?? defaultTokens);
  return { ...script, steps: [...before, { do: 'send', part: 'lifecycle', text: noise.brokenFrame }, ...after] };
};

export const missingTerminator: ScriptFault = (script) => ({
  ...script,
  steps: script.steps.filter((step) => step.do !== 'send' || step.part !== 'terminator'),
});

export const notJson: ScriptFault = (script) => webPage(script, 200);

/** What a load balancer before the provider says when nothing is behind it. */
export const badGateway: ScriptFault = (script) => webPage(script, 502);

function webPage(script: Script, status: number): Script {
  const text = '<!doctype html>\n<html><head><title>502 Bad Gateway</title></head><body>Bad gateway</body></html>\n';
  const headers = { ...script.headers, 'content-type': 'text/html', 'content-length': String(text.length) };
  return { status, headers, streamed: false, steps: [{ do: 'head' }, { do: 'send', part: 'body', text }] };
}

export const tinyChunks: ScriptFault = (script) => ({ ...script, byteByByte: true });

/** Valid JSON, drawn out with white space to one line of the wanted length. */
export const giantLine: ScriptFault = (script, { parameters }) => {
  const padding = ' '.repeat(parameters.bytes ?? 1024 * 1024);
  if (!script.streamed) return withBody(script, (text) => text + padding);
  const place = script.steps.findIndex(isToken);
  const steps = script.steps.map((step, index) =>
    index === place && step.do === 'send' ? { ...step, text: step.text.replace(/\n\n$/, `${padding}\n\n`) } : step,
  );
  return { ...script, steps };
};

/** What goes out before a fault strikes: a stream up to its n-th token, or half of a whole body. */
function beginning(script: Script, tokens: number): readonly Step[] {
  if (script.streamed) return splitAfterTokens(script.steps, tokens)[0];
  const half = tokens === 0 ? 0 : 0.5;
  return withoutLengthChange(script.steps, (text) => text.slice(0, Math.floor(text.length * half)));
}

/** The second part begins right after the n-th token, or right before the first; a shorter stream is cut at its last. */
function splitAfterTokens(steps: readonly Step[], tokens: number): readonly [readonly Step[], readonly Step[]] {
  const places = steps.flatMap((step, index) => (isToken(step) ? [index] : []));
  const first = places[0] ?? steps.length - 1;
  const place = tokens === 0 ? first - 1 : (places[tokens - 1] ?? places.at(-1) ?? first);
  return [steps.slice(0, place + 1), steps.slice(place + 1)];
}

function isToken(step: Step): boolean {
  return step.do === 'send' && step.part === 'token';
}

function withoutLengthChange(steps: readonly Step[], change: (text: string) => string): readonly Step[] {
  return steps.map((step) => {
    if (step.do !== 'send') return step;
    const { usage: _, ...unreported } = step;
    return { ...unreported, text: change(step.text) };
  });
}

function withBody(script: Script, change: (text: string) => string): Script {
  const steps = script.steps.map((step) => (step.do === 'send' ? { ...step, text: change(step.text) } : step));
  const length = steps.reduce((sum, step) => sum + (step.do === 'send' ? Buffer.byteLength(step.text) : 0), 0);
  return { ...script, steps, headers: { ...script.headers, 'content-length': String(length) } };
}
