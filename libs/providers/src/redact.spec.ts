import { describe, expect, it } from '@jest/globals';
import { redact } from './redact.js';

describe('redact', () => {
  it.each([
    ['a whole key', 'Bad key sk-live-123 given', ['sk-live-123'], 'Bad key [redacted] given'],
    ['every occurrence', 'k1 k1', ['k1'], '[redacted] [redacted]'],
    ['an encoded key', 'url?key=a%2Fb%3D', ['a/b='], 'url?key=[redacted]'],
    ['a key in JSON', String.raw`{"key":"a\"b"}`, ['a"b'], '{"key":"[redacted]"}'],
    ['a key that holds another', 'sk-12345', ['sk-1', 'sk-12345'], '[redacted]'],
    [
      'a key masked by the provider',
      'Incorrect API key provided: sk-ab***wxyz. See',
      [],
      'Incorrect API key provided: [redacted]. See',
    ],
    ['nothing for an empty secret', 'all **is** well', [''], 'all **is** well'],
  ])('takes out %s', (_name, text, secrets, expected) => {
    expect(redact(text, secrets)).toBe(expected);
  });
});
