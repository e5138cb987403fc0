import type { JsonObject } from '#libs/kernel';

/** What the translator knows of the answer before it comes. */
export interface ChatContext {
  /** What was asked for, until the provider says what it serves. */
  readonly model: string;
  /** Seconds since the Unix epoch: Anthropic's answers bear no time. */
  readonly created: number;
}

/** What every object of one chat completion repeats, read from an Anthropic message. */
export interface ChatIdentity extends ChatContext {
  readonly id: string;
}

export function chatIdentity(message: JsonObject, context: ChatContext): ChatIdentity {
  const { id, model } = message;
  return {
    id: `chatcmpl-${typeof id === 'string' ? id.replace(/^msg_/, '') : 'unnamed'}`,
    created: context.created,
    model: typeof model === 'string' ? model : context.model,
  };
}
