import { isUtf8 } from 'node:buffer';
import { GatewayError } from '#libs/kernel';
import { PlainText } from './plain-text.js';

export type JsonKind = 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array';

/** A top-level value of the body: where it stands, and what it is. */
export interface Field {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly kind: JsonKind;
  /** What a number says. */
  readonly number: number | undefined;
}

export interface ScannedBody {
  readonly fields: ReadonlyMap<string, Field>;
  /** A content part of an image was seen, at any depth. */
  readonly images: boolean;
}

/** How deep objects and arrays may nest: a deeper body can block or overflow whoever parses it. */
export const MAX_DEPTH = 64;

/**
 * Guards a body in one pass, without building anything: it is one whole, valid JSON object, in UTF-8, not too deep,
 * with no top-level key twice (policy and provider must read the same value).
 * @throws GatewayError `invalid_json`, `invalid_type`, `nesting_too_deep`, `duplicate_field`
 */
export function scanBody(bytes: Uint8Array): ScannedBody {
  if (!isUtf8(bytes)) throw new GatewayError('invalid_json', 'the body is not UTF-8; send JSON encoded as UTF-8');
  return new Scanner(bytes).body();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;
const UNICODE_ESCAPE = 0x75;

/** Bytes that may follow a backslash: a table answers faster than a set, and large bodies ask for every line's end. */
const escapes = new Uint8Array(256);
for (const character of '"\\/bfnrtu') escapes[character.charCodeAt(0)] = 1;
const literals: ReadonlyMap<number, readonly [word: string, kind: JsonKind]> = new Map([
  [0x74, ['true', 'boolean']],
  [0x66, ['false', 'boolean']],
  [0x6e, ['null', 'null']],
]);
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const imageTypes: ReadonlySet<string> = new Set(['image_url', 'image', 'input_image']);
const LONGEST_NUMBER = 64;

class Scanner {
  private at = 0;
  private images = false;
  private readonly text: Buffer;
  private readonly plain: PlainText;

  constructor(private readonly bytes: Uint8Array) {
    this.text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.plain = new PlainText(bytes);
  }

  body(): ScannedBody {
    this.skipSpace();
    if (this.at === this.bytes.length) throw new GatewayError('invalid_json', 'the body is empty; send a JSON object');
    if (this.bytes[this.at] !== OPEN_BRACE) {
      this.value(1);
      throw new GatewayError('invalid_type', 'the body must be a JSON object');
    }
    const fields = new Map<string, Field>();
    this.object(1, fields);
    this.skipSpace();
    if (this.at < this.bytes.length) throw this.broken('something follows the object');
    return { fields, images: this.images };
  }

  private value(depth: number): JsonKind {
    const byte = this.bytes[this.at];
    switch (byte) {
      case QUOTE:
        this.string();
        return 'string';
      case OPEN_BRACE:
        this.object(depth);
        return 'object';
      case OPEN_BRACKET:
        this.array(depth);
        return 'array';
      default:
        return this.literal() ?? this.number();
    }
  }

  private object(depth: number, fields?: Map<string, Field>): void {
    this.enter(depth);
    if (this.closes(CLOSE_BRACE)) return;
    do {
      this.skipSpace();
      const key = this.key();
      this.expect(COLON, 'a colon');
      this.skipSpace();
      const start = this.at;
      const kind = this.value(depth + 1);
      if (fields) this.note(fields, key, this.field(start, kind));
      if (kind === 'string' && this.isType(key)) this.noteType(start);
    } while (this.continues(CLOSE_BRACE));
  }

  private array(depth: number): void {
    this.enter(depth);
    if (this.closes(CLOSE_BRACKET)) return;
    do {
      this.skipSpace();
      this.value(depth + 1);
    } while (this.continues(CLOSE_BRACKET));
  }

  private enter(depth: number): void {
    if (depth > MAX_DEPTH) {
      throw new GatewayError('nesting_too_deep', `the body nests deeper than ${MAX_DEPTH} levels; flatten it`);
    }
    this.at += 1;
    this.skipSpace();
  }

  private closes(close: number): boolean {
    if (this.bytes[this.at] !== close) return false;
    this.at += 1;
    return true;
  }

  private continues(close: number): boolean {
    this.skipSpace();
    if (this.closes(close)) return false;
    this.expect(COMMA, 'a comma or the end of the list or object');
    return true;
  }

  /** The range of a key between its quotes. */
  private key(): readonly [number, number] {
    if (this.bytes[this.at] !== QUOTE) throw this.broken('a key in double quotes is missing');
    const start = this.at + 1;
    this.string();
    return [start, this.at - 1];
  }

  private note(fields: Map<string, Field>, [start, end]: readonly [number, number], field: Field): void {
    const name = this.decode(start, end);
    if (fields.has(name)) {
      throw new GatewayError('duplicate_field', `${name} stands twice in the body; send it once`, { field: name });
    }
    fields.set(name, field);
  }

  private field(start: number, kind: JsonKind): Field {
    const end = this.at;
    const number = kind === 'number' ? Number(this.text.toString('latin1', start, end)) : undefined;
    return { start, end, kind, number };
  }

  private isType([start, end]: readonly [number, number]): boolean {
    return end - start === 4 && this.text.toString('latin1', start, end) === 'type';
  }

  private noteType(start: number): void {
    if (this.at - start < 16) this.images ||= imageTypes.has(this.text.toString('latin1', start + 1, this.at - 1));
  }

  private decode(start: number, end: number): string {
    const raw = this.text.toString('utf8', start, end);
    return raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
  }

  /** Nearly every byte of a large body is inside a string: this loop is the cost of the scan. */
  private string(): void {
    const { bytes, plain } = this;
    let at = this.at + 1;
    for (;;) {
      at = plain.skip(at);
      const byte = bytes[at];
      if (byte === undefined) throw this.brokenAt(at, 'a string does not end');
      if (byte < SPACE) throw this.brokenAt(at, 'a control character stands in a string');
      if (byte === QUOTE) break;
      at = byte === BACKSLASH ? this.escape(at) : at + 1;
    }
    this.at = at + 1;
  }

  private escape(at: number): number {
    const byte = this.bytes[at + 1] ?? 0;
    if (escapes[byte] !== 1) throw this.brokenAt(at, 'an unknown escape stands in a string');
    if (byte !== UNICODE_ESCAPE) return at + 2;
    if (!/^[\da-fA-F]{4}$/.test(this.text.toString('latin1', at + 2, at + 6)))
      throw this.brokenAt(at, 'a \\u escape needs four hexadecimal digits');
    return at + 6;
  }

  private literal(): JsonKind | undefined {
    const found = literals.get(this.bytes[this.at] ?? 0);
    if (found === undefined) return undefined;
    const [word, kind] = found;
    if (this.text.toString('latin1', this.at, this.at + word.length) !== word) throw this.broken('a value is not JSON');
    this.at += word.length;
    return kind;
  }

  private number(): JsonKind {
    const slice = this.text.toString('latin1', this.at, this.at + LONGEST_NUMBER + 1);
    numberPattern.lastIndex = 0;
    const length = numberPattern.exec(slice)?.[0].length ?? 0;
    if (length === 0) throw this.broken('a value is missing or not JSON');
    if (length > LONGEST_NUMBER) throw this.broken('a number is too long');
    this.at += length;
    return 'number';
  }

  private expect(byte: number, what: string): void {
    this.skipSpace();
    if (this.bytes[this.at] !== byte) throw this.broken(`${what} is missing`);
    this.at += 1;
  }

  private skipSpace(): void {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.at += 1;
    }
  }

  private brokenAt(at: number, why: string): GatewayError {
    this.at = at;
    return this.broken(why);
  }

  private broken(why: string): GatewayError {
    return new GatewayError('invalid_json', `the body is not valid JSON: ${why}, at byte ${this.at}`);
  }
}
