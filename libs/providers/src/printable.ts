/** Text of a stranger made fit for a log line: one line, no control characters, at most `limit` characters. */
export function printable(text: string, limit = 500): string {
  const line = text
    .slice(0, 4 * limit)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length > limit ? `${line.slice(0, limit - 1).toWellFormed()}…` : line.toWellFormed();
}

/** A stranger's name for something, fit for a header, a span and a column: visible ASCII, at most 128 characters. */
export function label(text: string): string {
  return text.slice(0, 128).replaceAll(/[^\x21-\x7e]/g, '?');
}
