const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c] as const;
const OPENING: ReadonlySet<number | undefined> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number | undefined> = new Set([0x5d, 0x7d]);

/** Where the last item of a JSON array that is not empty stands; `span` is the array's, brackets included. */
export function lastItem(bytes: Uint8Array, [start, end]: readonly [number, number]): readonly [number, number] {
  let item = start + 1;
  let depth = 0;
  for (let at = start + 1; at < end - 1; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = closingQuote(bytes, at);
    else if (byte === COMMA && depth === 0) item = at + 1;
    else if (OPENING.has(byte)) depth += 1;
    else if (CLOSING.has(byte)) depth -= 1;
  }
  return [item, end - 1];
}

/** Nearly every byte of a large body is inside a string: the search for its end is native. */
function closingQuote(bytes: Uint8Array, open: number): number {
  let at = bytes.indexOf(QUOTE, open + 1);
  while (at >= 0 && isEscaped(bytes, at)) at = bytes.indexOf(QUOTE, at + 1);
  return at < 0 ? bytes.length : at;
}

function isEscaped(bytes: Uint8Array, at: number): boolean {
  let slashes = 0;
  while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1;
  return slashes % 2 === 1;
}
