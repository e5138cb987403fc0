import { Injectable } from '@nestjs/common';
import { readSummary, type PageSummary } from '../domain/status-page.js';

const ANSWER_WITHIN_MS = 5000;
/** The largest pages have some 200 KB. */
const MAX_BYTES = 1024 * 1024;

/** Reads a vendor's status page. Nothing that such a page does can hold up or fill this process. */
@Injectable()
export class StatusPageReader {
  /** @throws Error where there is no page in Statuspage's format, in time and in size. */
  async read(url: string, stopped: AbortSignal): Promise<PageSummary> {
    const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), stopped]);
    const answer = await fetch(`${url}/api/v2/summary.json`, { signal, headers: { accept: 'application/json' } });
    if (!answer.ok || !answer.body) {
      await answer.body?.cancel();
      throw new Error(`it answered ${answer.status}`);
    }
    const summary = readSummary(await boundedText(answer.body));
    if (!summary) throw new Error("it is not in Statuspage's format");
    return summary;
  }
}

async function boundedText(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (size > MAX_BYTES) throw new Error(`it is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
