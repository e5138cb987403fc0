import type { Identifiers } from './identifiers.js';
import { continuationOf } from './prefill.js';
import type { Prompt, PromptTool } from './prompt.js';
import { schemaInstance } from './schema-instance.js';
import { splitTokens } from './tokens.js';

export interface TokenUsage {
  /** The whole prompt, cached part included. */
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** A part of an answer, in the pieces it is streamed in. A tool's pieces are fragments of its JSON arguments. */
export type AnswerBlock =
  | { readonly kind: 'thinking' | 'text'; readonly pieces: readonly string[] }
  | { readonly kind: 'tool'; readonly id: string; readonly name: string; readonly pieces: readonly string[] };

export type AnswerStop =
  | { readonly reason: 'end' | 'length' | 'tool' | 'filtered' }
  | { readonly reason: 'sequence'; readonly sequence: string };

export interface Answer {
  /** The model that is reported. */
  readonly model: string;
  readonly blocks: readonly AnswerBlock[];
  readonly stop: AnswerStop;
  /** The beginning that the caller gave; the blocks hold what comes after it. */
  readonly continues?: string;
  /** Absent: nothing is reported. */
  readonly usage?: TokenUsage;
}

export interface AnswerSettings {
  readonly channel: string;
  readonly identifiers: Identifiers;
  readonly toolIdPrefix: string;
  /** A text answer is drawn out to this many tokens. */
  readonly minimumTokens: number;
}

/** The same prompt always gets the same answer, and the answer says who gave it and to what. */
export function composeAnswer(prompt: Prompt, settings: AnswerSettings): Answer {
  const called = toolsToCall(prompt);
  const text = called.length > 0 ? '' : answerText(prompt, settings);
  const { kept, sequence } = untilStopSequence(text, prompt.stopSequences);
  const thinking = prompt.thinking ? splitTokens('The caller expects a short and predictable answer.') : [];
  const whole: readonly AnswerBlock[] = [
    ...(thinking.length > 0 ? [{ kind: 'thinking' as const, pieces: thinking }] : []),
    ...(called.length > 0 ? [] : [{ kind: 'text' as const, pieces: splitTokens(kept) }]),
    ...called.map((tool) => toolBlock(tool, settings)),
  ];
  const blocks = withinTokens(whole, prompt.maximumTokens);
  const outputTokens = countPieces(blocks);
  const { inputTokens, cachedTokens, choices } = prompt;
  const usage = { inputTokens, cachedTokens, outputTokens: outputTokens * choices };
  const continues = prompt.prefill === undefined ? {} : { continues: prompt.prefill };
  const stop = stopOf(outputTokens < countPieces(whole), called, sequence);
  return { model: prompt.model, blocks, stop, ...continues, usage };
}

export function joinedPieces(answer: Answer, kind: AnswerBlock['kind']): string {
  return answer.blocks.flatMap((block) => (block.kind === kind ? block.pieces : [])).join('');
}

function stopOf(cut: boolean, called: readonly PromptTool[], sequence: string | undefined): AnswerStop {
  if (cut) return { reason: 'length' };
  if (called.length > 0) return { reason: 'tool' };
  return sequence === undefined ? { reason: 'end' } : { reason: 'sequence', sequence };
}

function toolsToCall(prompt: Prompt): readonly PromptTool[] {
  const { mode, only } = prompt.toolChoice;
  const allowed = prompt.tools.filter((tool) => only === undefined || only.includes(tool.name));
  if (mode === 'none' || allowed.length === 0) return [];
  const asked = plain(prompt.userText);
  const named = prompt.toolResult === undefined ? allowed.filter((tool) => asked.includes(plain(tool.name))) : [];
  const wanted = mode === 'required' || (prompt.toolResult === undefined && asksForTool(asked));
  const called = named.length === 0 && wanted ? allowed.slice(0, 1) : named;
  return prompt.parallelTools ? called : called.slice(0, 1);
}

function asksForTool(text: string): boolean {
  return /\b(use|call|invoke) (a|the|any|your|some|one of the|one of your)? ?tools?\b/.test(text);
}

/** `get_weather`, `get-weather` and `Get weather` are the same name to a reader. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[_\-\s]+/g, ' ');
}

function toolBlock(tool: PromptTool, settings: AnswerSettings): AnswerBlock {
  const id = settings.identifiers(settings.toolIdPrefix);
  return { kind: 'tool', id, name: tool.name, pieces: splitTokens(JSON.stringify(schemaInstance(tool.schema))) };
}

function answerText(prompt: Prompt, settings: AnswerSettings): string {
  const { prefill } = prompt;
  if (prefill === undefined) return wholeText(prompt, speakerOf(prompt, settings), settings);
  const speaker = speakerIn(prefill) ?? speakerOf(prompt, settings);
  return continuationOf(wholeText(prompt, speaker, settings), prefill);
}

function wholeText(prompt: Prompt, speaker: string, { minimumTokens }: AnswerSettings): string {
  const said = spokenText(prompt, speaker);
  if (prompt.answerSchema === undefined) return drawnOut(said, minimumTokens);
  const anyObject = Object.keys(prompt.answerSchema).length === 0;
  return JSON.stringify(anyObject ? { answer: said } : schemaInstance(prompt.answerSchema));
}

function speakerOf(prompt: Prompt, { channel }: AnswerSettings): string {
  return `Simulated answer from ${channel} (${prompt.model}):`;
}

/** Who continues another's answer speaks in its name, so that the two parts are one whole answer of the other. */
function speakerIn(prefill: string): string | undefined {
  return /Simulated answer from \S+ \([^\s)]*\):/.exec(prefill)?.[0];
}

function spokenText(prompt: Prompt, speaker: string): string {
  if (prompt.toolResult !== undefined) return `${speaker} the tool answered "${excerpt(prompt.toolResult)}".`;
  const images = prompt.images === 0 ? '' : ` and showed ${prompt.images} image${prompt.images === 1 ? '' : 's'}`;
  return `${speaker} you said "${excerpt(prompt.userText)}"${images}.`;
}

function excerpt(text: string): string {
  const shown = text.slice(0, 1000);
  return shown.length < text.length ? `${shown.toWellFormed()}…` : shown;
}

function drawnOut(text: string, minimumTokens: number): string {
  const missing = minimumTokens - splitTokens(text).length;
  return text + Array.from({ length: Math.max(0, missing) }, (_, index) => ` word${index + 1}`).join('');
}

function untilStopSequence(text: string, sequences: readonly string[]): { kept: string; sequence: string | undefined } {
  const found = sequences
    .map((sequence) => ({ sequence, at: sequence === '' ? -1 : text.indexOf(sequence) }))
    .filter(({ at }) => at >= 0)
    .toSorted((left, right) => left.at - right.at)[0];
  return found === undefined
    ? { kept: text, sequence: undefined }
    : { kept: text.slice(0, found.at), sequence: found.sequence };
}

function withinTokens(blocks: readonly AnswerBlock[], maximum: number): readonly AnswerBlock[] {
  let left = maximum;
  return blocks.flatMap((block) => {
    const pieces = block.pieces.slice(0, Math.max(0, left));
    left -= pieces.length;
    return pieces.length === 0 && block.pieces.length > 0 ? [] : [{ ...block, pieces }];
  });
}

function countPieces(blocks: readonly AnswerBlock[]): number {
  return blocks.reduce((sum, block) => sum + block.pieces.length, 0);
}
