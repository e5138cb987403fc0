declare global {
  /** In Node since 22, and not yet in TypeScript's library. */
  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}

/** A cheap look for what {@link isExact} might not hold for. */
const MAY_BE_INEXACT = /\d{16}|\d[eE]\+?\d{3}/;

/**
 * Parses text that may be anything, for being printed again; `undefined` where it is not JSON. A number that JavaScript
 * would round (the 64-bit ids of other systems, above all) is kept as it was written, in a value that `JSON.stringify`
 * prints so: no number to whoever asks, and no JSON object either.
 */
export function parseExact(text: string): unknown {
  try {
    return MAY_BE_INEXACT.test(text) ? JSON.parse(text, keepExact) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keepExact(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && !isExact(value) && source !== undefined ? JSON.rawJSON(source) : value;
}

/** Fractions are approximate by nature. */
function isExact(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}
