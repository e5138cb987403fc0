import { isJsonObject } from '#libs/kernel';
import type { CallBody } from './translator.js';

/** A caller's body as ingress would guard it, made from its JSON text. */
export function callBody(json: string, forward: CallBody['forward'] = {}): CallBody {
  const value: unknown = JSON.parse(json);
  if (!isJsonObject(value)) throw new Error('a body is an object');
  const fields: Record<string, readonly [number, number]> = {};
  for (const [name, start, end] of members(json)) {
    fields[name] = [Buffer.byteLength(json.slice(0, start)), Buffer.byteLength(json.slice(0, end))];
  }
  return { bytes: Buffer.from(json, 'utf8'), fields, stream: value['stream'] === true, forward };
}

type Member = readonly [name: string, start: number, end: number];

/** The members at the top of an object. */
function members(json: string): readonly Member[] {
  const tokens = tokensOf(json);
  return tokens.flatMap(({ text, depth }, i) => {
    if (depth !== 1 || text !== ':') return [];
    const next = tokens.findIndex(
      (token, at) => at > i && token.depth < 2 && (token.text === ',' || token.depth === 0),
    );
    const name: unknown = JSON.parse(tokens[i - 1]?.text ?? '');
    const member: Member = [String(name), tokens[i + 1]?.start ?? 0, tokens[next - 1]?.end ?? 0];
    return [member];
  });
}

/** Brackets have the depth that they stand in. */
function tokensOf(json: string) {
  let depth = 0;
  return [...json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)].map(({ 0: text, index: start }) => {
    if (text === '}' || text === ']') depth -= 1;
    const token = { text, start, end: start + text.length, depth };
    if (text === '{' || text === '[') depth += 1;
    return token;
  });
}
