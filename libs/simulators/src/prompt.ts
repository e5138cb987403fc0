import type { JsonObject } from '#libs/kernel';

export interface PromptTool {
  readonly name: string;
  readonly schema: JsonObject;
}

/** `required` forces a call; `only` narrows which tools may be called. */
export interface PromptToolChoice {
  readonly mode: 'auto' | 'none' | 'required';
  readonly only?: readonly string[];
}

/** What a request asks, without the wire format it was asked in. */
export interface Prompt {
  readonly model: string;
  /** The beginning of the answer, when the last message is the assistant's own: the answer goes on from there. */
  readonly prefill?: string;
  /** Text of the last message before that, when it is the user's. */
  readonly userText: string;
  /** Images in that message. */
  readonly images: number;
  /** What a tool answered, when that message is a tool's result. */
  readonly toolResult?: string;
  readonly tools: readonly PromptTool[];
  readonly toolChoice: PromptToolChoice;
  readonly parallelTools: boolean;
  /** The answer must be JSON: any object for `{}`, else an instance of this JSON schema. */
  readonly answerSchema?: JsonObject;
  readonly thinking: boolean;
  /** How often the answer is given and paid for. */
  readonly choices: number;
  readonly maximumTokens: number;
  readonly stopSequences: readonly string[];
  /** The whole prompt, cached part included. */
  readonly inputTokens: number;
  readonly cachedTokens: number;
}
