import type { Step } from '../script.js';
import type { ScriptFault } from './script-faults.js';

type Send = Extract<Step, { do: 'send' }>;

/** A token is lost: its event's JSON breaks off, and the next one follows. */
export const corruptToken: ScriptFault = (script, { parameters }) => ({
  ...script,
  steps: changeToken(script.steps, parameters.afterTokens ?? 3, (text) => text.replace(/..\n\n$/, '\n\n')),
});

/** A token is lost: its line has a field name that no reader knows. */
export const wrongPrefix: ScriptFault = (script, { parameters }) => ({
  ...script,
  steps: changeToken(script.steps, parameters.afterTokens ?? 3, (text) => text.replace(/^data: /m, 'dta: ')),
});

/** As valid as `\n`, and what some proxies make of it. */
export const crlf: ScriptFault = (script) => ({
  ...script,
  steps: script.steps.map((step) =>
    step.do === 'send' ? { ...step, text: step.text.replaceAll('\n', '\r\n') } : step,
  ),
});

/** One byte-order mark before a stream, which the format allows. */
export const byteOrderMark: ScriptFault = (script) => {
  const first = script.steps.findIndex((step) => step.do === 'send');
  const marked = (step: Step): Step => (step.do === 'send' ? { ...step, text: `\uFEFF${step.text}` } : step);
  return { ...script, steps: script.steps.map((step, index) => (index === first ? marked(step) : step)) };
};

/** Changes the token after so many; in a shorter stream, the last. */
function changeToken(steps: readonly Step[], after: number, change: (text: string) => string): readonly Step[] {
  const tokens = steps.filter((step): step is Send => step.do === 'send' && step.part === 'token');
  const token = tokens[after] ?? tokens.at(-1);
  return steps.map((step) => (step === token && token !== undefined ? { ...token, text: change(token.text) } : step));
}
