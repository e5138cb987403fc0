/** A repetition is looked for in this much of what was delivered, or at its very start. */
const LOOK_BACK = 4096;
/** Less may stand twice in a row on purpose: digits, brackets, a value in a list. */
const SHORTEST = 10;
const FEWEST_WORDS = 2;
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|\p{L}+/gu;
/** An answer that begins again is known by less, if it has letters. */
const SHORTEST_WHOLE = 3;
/** So much of the answer's beginning said again, and then something else: another answer. */
const RESTART = 40;

/**
 * Finds how far a text repeats the end of another, or all of it. Both may be long: only places where a repetition may
 * still have begun are remembered.
 */
export class Repetition {
  /** Places in `said` from which on it is repeated so far, in order. */
  #begun: readonly number[];
  #read = 0;
  /** The first place from which `said` was repeated to its end. */
  #place: number | undefined;
  #restarted = false;

  constructor(private readonly said: string) {
    const first = Math.max(0, said.length - LOOK_BACK);
    const places = Array.from({ length: Math.max(0, said.length - SHORTEST + 1 - first) }, (_, i) => first + i);
    const whole = said.length >= SHORTEST_WHOLE && /\p{L}/u.test(said);
    this.#begun = places[0] === 0 || !whole ? places : [0, ...places];
  }

  /** True where more text can change nothing. */
  get decided(): boolean {
    const [longest] = this.#begun;
    return longest === undefined || (this.#place !== undefined && this.#place < longest);
  }

  /** The answer was begun anew, and became another. */
  get restarted(): boolean {
    return this.decided && this.#restarted && this.#place === undefined;
  }

  /** How many characters at the text's start were said before. */
  get length(): number {
    if (this.#place === undefined) return 0;
    const repeated = this.said.slice(this.#place);
    const onPurpose = isPeriodic(repeated) || (this.#place > 0 && countWords(repeated) < FEWEST_WORDS);
    return onPurpose ? 0 : repeated.length;
  }

  push(text: string): void {
    this.#begun = this.#begun.filter((place) => this.#goesOn(place, text));
    this.#read += text.length;
  }

  /** The text is over: what it was about to repeat, it did not. */
  end(): void {
    if (this.#begun[0] === 0 && this.#read >= RESTART) this.#restarted = true;
    this.#begun = [];
  }

  #goesOn(place: number, text: string): boolean {
    const at = place + this.#read;
    const left = this.said.length - at;
    const same = this.said.startsWith(text.slice(0, left), at);
    if (same && text.length < left) return true;
    if (same) this.#place = Math.min(place, this.#place ?? place);
    else if (place === 0 && this.#read + sharedLength(this.said, at, text) >= RESTART) this.#restarted = true;
    return false;
  }
}

function countWords(text: string): number {
  return text.match(WORD)?.length ?? 0;
}

function sharedLength(said: string, at: number, text: string): number {
  let length = 0;
  while (length < text.length && said[at + length] === text[length]) length += 1;
  return length;
}

/**
 * Whether a text is the same piece over and over: `0, 0, 0, `. Such a text goes on like that by itself; taken for a
 * repetition, some of it would be lost.
 */
function isPeriodic(text: string): boolean {
  if (text.length > LOOK_BACK) return false;
  const borders = [0];
  for (let at = 1, border = 0; at < text.length; at += 1) {
    while (border > 0 && text[at] !== text[border]) border = borders[border - 1] ?? 0;
    if (text[at] === text[border]) border += 1;
    borders.push(border);
  }
  return (borders.at(-1) ?? 0) * 2 >= text.length;
}
