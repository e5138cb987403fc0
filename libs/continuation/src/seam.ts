import { Repetition } from './repetition.js';

/**
 * Where another target's text joins what was delivered. That target saw it without the white space at its end, and may
 * begin with that space, with the last words, or with everything again: what the caller already has is left out. Text is
 * held until it is known to be new.
 */
export class Seam {
  readonly #repetition: Repetition;
  /** White space at the end of what was delivered that may still be repeated. */
  #space: string;
  #held = '';
  #phase: 'repetition' | 'space' | 'through' = 'repetition';

  constructor(delivered: string) {
    const seen = delivered.trimEnd();
    this.#repetition = new Repetition(seen);
    this.#space = delivered.slice(seen.length);
  }

  /** The target does not go on with the answer but gives another. */
  get restarted(): boolean {
    return this.#repetition.restarted;
  }

  /** Takes more of the text; gives what is new. */
  push(text: string): string {
    if (this.#phase !== 'repetition') return this.#afterSpace(text);
    this.#held += text;
    this.#repetition.push(text);
    return this.#repetition.decided ? this.#release() : '';
  }

  /** The text is over: gives what was held and is new after all. */
  end(): string {
    if (this.#phase !== 'repetition') return '';
    this.#repetition.end();
    return this.#release();
  }

  #release(): string {
    const held = this.#held;
    this.#held = '';
    this.#phase = 'space';
    return this.restarted ? '' : this.#afterSpace(held.slice(this.#repetition.length));
  }

  #afterSpace(text: string): string {
    if (this.#phase === 'through') return text;
    let known = 0;
    while (known < this.#space.length && text[known] === this.#space[known]) known += 1;
    this.#space = this.#space.slice(known);
    if (this.#space === '' || known < text.length) this.#phase = 'through';
    return text.slice(known);
  }
}
