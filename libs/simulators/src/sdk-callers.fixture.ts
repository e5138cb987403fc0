import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { Family, Simulator } from '#libs/simulators';

export interface SdkAnswer {
  readonly text: string;
  /** In the vendor's own words. */
  readonly stop: string | null;
  readonly inputTokens: number | undefined;
}

export interface SdkCaller {
  /** Asks, or goes on from the beginning of an answer; rejects with the SDK's own error. */
  ask(content: string, more?: { readonly prefill?: string; readonly stream?: boolean }): Promise<SdkAnswer>;
}

/** The two vendors' SDKs, each on the channel that bears its family's name. */
export function sdkCaller(family: Family, simulator: Simulator, apiKey = 'sk-test'): SdkCaller {
  return family === 'openai' ? openaiCaller(simulator, apiKey) : anthropicCaller(simulator, apiKey);
}

function conversation(content: string, prefill: string | undefined) {
  const begun = prefill === undefined ? [] : [{ role: 'assistant' as const, content: prefill }];
  return [{ role: 'user' as const, content }, ...begun];
}

function openaiCaller({ url }: Simulator, apiKey: string): SdkCaller {
  const client = new OpenAI({ baseURL: `${url}/openai/v1`, apiKey, maxRetries: 0 });
  return {
    ask: async (content, { prefill, stream = false } = {}) => {
      const body = { model: 'm', messages: conversation(content, prefill) };
      const options = { stream_options: { include_usage: true } };
      const answer = stream
        ? await client.chat.completions.stream({ ...body, ...options }).finalChatCompletion()
        : await client.chat.completions.create(body);
      const [choice] = answer.choices;
      const { content: text } = choice?.message ?? {};
      return { text: text ?? '', stop: choice?.finish_reason ?? null, inputTokens: answer.usage?.prompt_tokens };
    },
  };
}

function anthropicCaller({ url }: Simulator, apiKey: string): SdkCaller {
  const client = new Anthropic({ baseURL: `${url}/anthropic`, apiKey, maxRetries: 0 });
  return {
    ask: async (content, { prefill, stream = false } = {}) => {
      const body = { model: 'm', max_tokens: 4096, messages: conversation(content, prefill) };
      const answer = stream ? await client.messages.stream(body).finalMessage() : await client.messages.create(body);
      const text = answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
      return { text, stop: answer.stop_reason, inputTokens: answer.usage.input_tokens };
    },
  };
}
