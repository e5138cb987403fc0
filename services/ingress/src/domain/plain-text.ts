const WORD = 4;
/** One for each byte of a word. */
const ONES = 0x01_01_01_01;
const QUOTES = 0x22 * ONES;
const BACKSLASHES = 0x5c * ONES;
const SPACES = 0x20 * ONES;
const HIGH_BITS = 0x80 * ONES;

/** Passes over plain text within JSON strings four bytes at a time, which takes a quarter of the time of looking at each. */
export class PlainText {
  private readonly words: Int32Array;
  /** Where the first whole word begins; the machine reads them at multiples of four only. */
  private readonly start: number;

  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset, byteLength } = bytes;
    this.start = -byteOffset & (WORD - 1);
    const words = (byteLength - this.start) >> 2;
    this.words = words > 0 ? new Int32Array(buffer, byteOffset + this.start, words) : new Int32Array(0);
  }

  /** The first place from here on that may hold a quote, a backslash or a control character, or that begins no word. */
  skip(from: number): number {
    const { words, start } = this;
    if (from < start || ((from - start) & (WORD - 1)) !== 0) return from;
    const { length } = words;
    let index = (from - start) >> 2;
    while (index < length && isPlain(words[index] ?? 0)) index += 1;
    return start + index * WORD;
  }
}

/**
 * Subtracting from all bytes of a word at once sets the high bit of those that were smaller. A byte above such a one may
 * lose by it and pass for small as well, so the answer is exact only where it is yes.
 */
function isPlain(word: number): boolean {
  const small = (word - SPACES) | ((word ^ QUOTES) - ONES) | ((word ^ BACKSLASHES) - ONES);
  return (small & ~word & HIGH_BITS) === 0;
}
