import type { Answer, AnswerBlock, TokenUsage } from '../answer.js';
import { splitTokens } from '../tokens.js';
import type { FaultParameters } from './fault.js';

export type AnswerFault = (answer: Answer, parameters: FaultParameters) => Answer;

export const emptyAnswer: AnswerFault = (answer) => ({
  ...answer,
  blocks: [],
  stop: { reason: 'end' },
  ...(answer.usage === undefined ? {} : { usage: { ...answer.usage, outputTokens: 0 } }),
});

export const wrongModel: AnswerFault = (answer, { reported }) => ({ ...answer, model: reported ?? 'another-model' });

/** The vendor's filter stops the answer in its middle. */
export const filteredAnswer: AnswerFault = (answer, { afterTokens = 3 }) => ({
  ...answer,
  blocks: answer.blocks.slice(0, 1).map((block) => ({ ...block, pieces: block.pieces.slice(0, afterTokens) })),
  stop: { reason: 'filtered' },
});

export const missingUsage: AnswerFault = ({ usage: _, ...answer }) => answer;

const wrongUsageOf: Readonly<Record<NonNullable<FaultParameters['usage']>, (tokens: number) => number>> = {
  high: (tokens) => tokens * 1000 + 1000,
  low: (tokens) => Math.min(tokens, 1),
  zero: () => 0,
  negative: (tokens) => -tokens - 1,
};

export const wrongUsage: AnswerFault = (answer, { usage = 'high' }) =>
  answer.usage === undefined ? answer : { ...answer, usage: changed(answer.usage, wrongUsageOf[usage]) };

function changed(usage: TokenUsage, change: (tokens: number) => number): TokenUsage {
  return { inputTokens: change(usage.inputTokens), cachedTokens: 0, outputTokens: change(usage.outputTokens) };
}

const noise = '\uFFFD#]}~\u0007<|%^';

/** Characters that no language is made of, as many as the answer has. */
export const garbled: AnswerFault = (answer) =>
  eachText(answer, (pieces) => pieces.map((piece) => piece.replaceAll(/\S/gu, () => noise).slice(0, piece.length)));

export const repeatedToken: AnswerFault = (answer) => eachText(answer, (pieces) => pieces.map(() => ' the'));

/** The answer drifts into another script in its middle. */
export const wrongScript: AnswerFault = (answer) =>
  eachText(answer, (pieces) => {
    const half = Math.floor(pieces.length / 2);
    return [...pieces.slice(0, half), ...pieces.slice(half).map(() => ' สวัสดี')];
  });

/** A model that was given the beginning of its answer says the last words of it again. */
export const repeatsPrefill: AnswerFault = (answer) => {
  if (answer.continues === undefined) return answer;
  const again = splitTokens(answer.continues).slice(-3);
  const first = answer.blocks.findIndex(({ kind }) => kind === 'text');
  return {
    ...answer,
    blocks: answer.blocks.map((block, index) =>
      index === first ? { ...block, pieces: [...again, ...block.pieces] } : block,
    ),
  };
};

function eachText(answer: Answer, change: (pieces: readonly string[]) => readonly string[]): Answer {
  const blocks = answer.blocks.map((block): AnswerBlock =>
    block.kind === 'text' ? { ...block, pieces: change(block.pieces) } : block,
  );
  return { ...answer, blocks };
}
