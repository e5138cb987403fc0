import { noUsage, type Usage } from '#libs/contracts';
import type { AnswerFault, AnswerReport } from './translator.js';

/** Finish reasons that promise output. Others (a limit, a refusal, a tool call, a stop sequence) may come without any. */
const NATURAL_ENDS: ReadonlySet<string> = new Set(['stop', 'end_turn']);

/** What an answer said of itself, gathered while it is read. */
export class AnswerTally {
  servedVersion: string | undefined;
  usage: Usage | undefined;
  finishReason: string | undefined;
  content = false;
  outputBytes = 0;
  malformed = 0;

  report(): AnswerReport {
    return {
      ...(this.servedVersion === undefined ? {} : { servedVersion: this.servedVersion }),
      ...(this.finishReason === undefined ? {} : { finishReason: this.finishReason }),
      usage: this.usage ?? noUsage,
      usageReported: this.usage !== undefined,
      content: this.content,
      outputBytes: this.outputBytes,
      malformed: this.malformed,
    };
  }

  /** The fault of an answer that ended without any other sign of one. */
  endFault(): AnswerFault | undefined {
    if (this.finishReason === 'error') return { fault: 'error_event', detail: 'the answer finished with an error' };
    return this.emptiness();
  }

  /** The fault of an answer that says it is done, but has said nothing. */
  emptiness(): AnswerFault | undefined {
    const excused = this.finishReason !== undefined && !NATURAL_ENDS.has(this.finishReason);
    return this.content || excused ? undefined : { fault: 'wrong_output', detail: 'the answer is empty' };
  }
}

/** A count as a provider gives it; whatever is no natural number counts as none. */
export function tokens(value: unknown): number {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : 0;
}
