import { describe, expect, it } from '@jest/globals';
import type { FieldSpans } from '#libs/contracts';
import { sessionOf } from './session.js';

function session(value: Readonly<Record<string, unknown>>, header?: string, key = 'k'): string {
  const fields: Record<string, readonly [number, number]> = {};
  let text = '{';
  for (const [name, field] of Object.entries(value)) {
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:`;
    const start = Buffer.byteLength(text);
    text += JSON.stringify(field);
    fields[name] = [start, Buffer.byteLength(text)];
  }
  const spans: FieldSpans = fields;
  return sessionOf({ header, body: Buffer.from(`${text}}`), fields: spans, key });
}

const system = { role: 'system', content: `You are an agent. ${'Rules. '.repeat(200)}` };
const first = { role: 'user', content: 'Hello' };

describe('sessionOf', () => {
  it('knows the turns of one conversation by their opening', () => {
    const turn = session({ model: 'm', messages: [system, first] });
    expect(session({ model: 'm', messages: [system, first, { role: 'assistant', content: 'Hi' }] })).toBe(turn);
    expect(session({ model: 'm', messages: [{ ...system, content: `Other. ${system.content}` }, first] })).not.toBe(
      turn,
    );
  });

  it.each(['prompt_cache_key', 'user', 'metadata'])('goes by %s where it is given', (name) => {
    const named = session({ messages: [first], [name]: 'one' });
    expect(session({ messages: [system], [name]: 'one' })).toBe(named);
    expect(session({ messages: [first], [name]: 'two' })).not.toBe(named);
  });

  it('goes by the header before all', () => {
    const named = session({ messages: [first], user: 'one' }, 's1');
    expect(session({ messages: [system], user: 'two' }, 's1')).toBe(named);
    expect(session({ messages: [first], user: 'one' }, 's2')).not.toBe(named);
  });

  it('keeps the keys apart, and tells nothing', () => {
    expect(session({ messages: [first] }, 's1', 'k1')).not.toBe(session({ messages: [first] }, 's1', 'k2'));
    expect(session({ messages: [] })).toMatch(/^[0-9a-f]{16}$/);
  });
});
