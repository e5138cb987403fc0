import { parseJson } from '#libs/kernel';
import type { CallBody } from './translator.js';
import { utf8 } from './utf8.js';

type Body = Pick<CallBody, 'bytes' | 'fields'>;

/** Top-level fields and their new value as JSON text; `undefined` takes the field out. */
export type BodyEdits = { readonly [field: string]: string | undefined };

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const [QUOTE, BACKSLASH, COMMA, CLOSE] = [0x22, 0x5c, 0x2c, 0x7d] as const;
const WHITESPACE: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d]);

const encoder = new TextEncoder();

/** One top-level value, parsed; `undefined` where the body has no such field. */
export function readField(body: Body, field: string): unknown {
  const span = spanOf(body, field);
  return span && parseJson(utf8(body.bytes.subarray(...span)));
}

/** The body with top-level values replaced, inserted or removed, in pieces; all other bytes stay as they are and where they are. */
export function editBody(body: Body, edits: BodyEdits): readonly Uint8Array[] {
  const changes = [...replacements(body, edits), ...removals(body, edits), ...insertion(body, edits)];
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, text } of changes.toSorted((a, b) => a.start - b.start)) {
    pieces.push(body.bytes.subarray(at, start), encoder.encode(text));
    at = end;
  }
  pieces.push(body.bytes.subarray(at));
  return pieces.filter((piece) => piece.length > 0);
}

function spanOf(body: Body, field: string): readonly [start: number, end: number] | undefined {
  return Object.hasOwn(body.fields, field) ? body.fields[field] : undefined;
}

function replacements(body: Body, edits: BodyEdits): readonly Change[] {
  return Object.entries(edits).flatMap(([field, text]) => {
    const span = spanOf(body, field);
    return span && text !== undefined ? [{ start: span[0], end: span[1], text }] : [];
  });
}

/** New fields go in front of the closing brace. */
function insertion(body: Body, edits: BodyEdits): readonly Change[] {
  const members = Object.entries(edits).flatMap(([field, text]) =>
    text === undefined || spanOf(body, field) ? [] : [`${JSON.stringify(field)}:${text}`],
  );
  if (members.length === 0) return [];
  const at = body.bytes.lastIndexOf(CLOSE);
  const followsOthers = Object.keys(body.fields).some((field) => !isRemoved(edits, field));
  return [{ start: at, end: at, text: (followsOthers ? ',' : '') + members.join(',') }];
}

/** A member goes with the comma after it; those at the object's end go with the comma before them. */
function removals(body: Body, edits: BodyEdits): readonly Change[] {
  const spans = Object.entries(body.fields).flatMap(([field, span]) => (isRemoved(edits, field) ? [span] : []));
  let tail = body.bytes.lastIndexOf(CLOSE);
  return spans
    .toSorted((a, b) => b[0] - a[0])
    .map(([start, end]) => {
      const name = nameStart(body.bytes, start);
      const next = skipForward(body.bytes, end);
      if (next !== tail) return { start: name, end: next + 1, text: '' };
      const before = skipBack(body.bytes, name - 1);
      tail = body.bytes[before] === COMMA ? before : name;
      return { start: tail, end, text: '' };
    });
}

function isRemoved(edits: BodyEdits, field: string): boolean {
  return Object.hasOwn(edits, field) && edits[field] === undefined;
}

/** Where the quoted name of the member stands whose value starts at `value`. */
function nameStart(bytes: Uint8Array, value: number): number {
  const colon = skipBack(bytes, value - 1);
  let at = skipBack(bytes, colon - 1) - 1;
  while (bytes[at] !== QUOTE || isEscaped(bytes, at)) at -= 1;
  return at;
}

function isEscaped(bytes: Uint8Array, at: number): boolean {
  let slashes = 0;
  while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1;
  return slashes % 2 === 1;
}

function skipBack(bytes: Uint8Array, from: number): number {
  let at = from;
  while (WHITESPACE.has(bytes[at])) at -= 1;
  return at;
}

function skipForward(bytes: Uint8Array, from: number): number {
  let at = from;
  while (WHITESPACE.has(bytes[at])) at += 1;
  return at;
}
