import { noUsage, type Usage } from '#libs/contracts';
import type { JsonObject } from '#libs/kernel';
import { servedModelFits } from './served-model.js';
import type { AnswerFault, AnswerReport, WireTarget } from './translator.js';

/** Finish reasons that promise output. Others (a limit, a refusal, a tool call, a stop sequence) may come without any. */
const NATURAL_ENDS: ReadonlySet<string> = new Set(['stop', 'end_turn']);

/** What compatible servers say of an answer that they gave up: it is not whole, whatever follows. */
const BROKEN_OFF: ReadonlySet<string> = new Set(['error', 'abort', 'cancelled']);

/** `content_filter` of OpenAI, `refusal` of Anthropic, and what compatible servers pass on of their vendors' filters. */
const REFUSALS = /^(?:content_filter|refusal|safety|prohibited_content|blocklist|guardrail)/i;

/** What an answer said of itself, gathered while it is read. */
export class AnswerTally {
  servedVersion: string | undefined;
  usage: Usage | undefined;
  finishReason: string | undefined;
  content = false;
  outputBytes = 0;
  /** A refusal in words has come. */
  refused = false;
  malformed = 0;
  /** Choices of a stream that have begun and not finished, by index. */
  private readonly unfinished = new Set<unknown>();
  /** The answer has named a model that was not asked for. */
  modelFault: AnswerFault | undefined;

  constructor(private readonly target: Omit<WireTarget, 'provider' | 'maxOutputTokens'>) {}

  /** Notes the model that the answer names, if it does. Streams repeat it in every chunk. */
  serve(model: unknown): void {
    if (typeof model !== 'string' || model === '' || model === this.servedVersion) return;
    this.servedVersion = model;
    const { providerModel, servedAs, checkServed } = this.target;
    if (!checkServed || servedModelFits(providerModel, model, servedAs)) return;
    this.modelFault ??= {
      fault: 'wrong_model',
      detail: `${model} answered instead of ${providerModel}; where that is right, list it in the target's servedAs`,
    };
  }

  /** Notes a choice of a chunk. @returns whether it is the finish of all that have begun */
  finishes({ index = 0, finish_reason: reason }: JsonObject): boolean {
    if (typeof reason !== 'string' || reason === '') {
      this.unfinished.add(index);
      return false;
    }
    this.finishReason ??= reason;
    this.unfinished.delete(index);
    return this.unfinished.size === 0;
  }

  report(): AnswerReport {
    return {
      ...(this.servedVersion === undefined ? {} : { servedVersion: this.servedVersion }),
      ...(this.finishReason === undefined ? {} : { finishReason: this.finishReason }),
      usage: this.usage ?? noUsage,
      usageReported: this.usage !== undefined,
      content: this.content,
      outputBytes: this.outputBytes,
      refused: this.refused || (this.finishReason !== undefined && REFUSALS.test(this.finishReason)),
      malformed: this.malformed,
    };
  }

  /** The fault of an answer that ended without any other sign of one. */
  endFault(): AnswerFault | undefined {
    if (this.finishReason !== undefined && BROKEN_OFF.has(this.finishReason))
      return { fault: 'error_event', detail: `the answer finished with ${this.finishReason}` };
    return this.modelFault ?? this.emptiness();
  }

  /** The fault of an answer that says it is done, but has said nothing. */
  private emptiness(): AnswerFault | undefined {
    const excused = this.finishReason !== undefined && !NATURAL_ENDS.has(this.finishReason);
    return this.content || excused || this.mayEndEmpty
      ? undefined
      : { fault: 'wrong_output', detail: 'the answer is empty' };
  }

  /** Whether it may end well without any output. */
  get mayEndEmpty(): boolean {
    return this.target.mayBeEmpty === true || this.stoppedAtOnce;
  }

  /** OpenAI does not tell a stop sequence from an end; that the model did say something tells it from a hollow answer. */
  private get stoppedAtOnce(): boolean {
    const stopped = this.target.mayStopAtOnce === true && this.finishReason === 'stop';
    return stopped && !this.content && (this.usage?.outputTokens ?? 0) > 0;
  }
}

/** No answer has so many. */
const ABSURD = 1_000_000_000;

/** A count as a provider gives it; whatever is no natural number, or an absurd one, counts as none. */
export function tokens(value: unknown): number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < ABSURD ? Number(value) : 0;
}
