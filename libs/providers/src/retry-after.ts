type Headers = { readonly [lowerCaseName: string]: string | undefined };

const MAX_MS = 300_000;
const NUMBER = /^\d+(?:\.\d+)?$/;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a provider asks to be left alone, in milliseconds, at most five minutes.
 * What is no number of seconds and no date in the future is ignored.
 */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  return milliseconds(headers['retry-after-ms']) ?? delay(headers['retry-after'], now);
}

function milliseconds(text: string | undefined, unit = 1): number | undefined {
  const value = text?.trim() ?? '';
  return NUMBER.test(value) ? Math.min(Math.ceil(Number(value) * unit), MAX_MS) : undefined;
}

function delay(text: string | undefined, now: number): number | undefined {
  const seconds = milliseconds(text, 1000);
  if (seconds !== undefined) return seconds;
  const date = text?.trim() ?? '';
  const wait = HTTP_DATE.test(date) ? Date.parse(date) - now : Number.NaN;
  return wait > 0 ? Math.min(wait, MAX_MS) : undefined;
}
