import { describe, expect, it } from '@jest/globals';
import type { CredentialRef } from '#libs/contracts';
import { resolveTargets } from './resolve-targets.js';
import { revision } from './targets.fixture.js';

describe('resolveTargets', () => {
  const targets = resolveTargets(revision, (reference) =>
    'env' in reference ? `secret of ${reference.env}` : undefined,
  );

  it('brings together all that a call needs', () => {
    expect([...targets.keys()]).toEqual(['gpt-5@primary', 'gpt-5@local', 'claude@spare']);
    expect(targets.get('gpt-5@primary')).toMatchObject({
      target: { providerModel: 'gpt-5-2026-01-01' },
      model: { id: 'gpt-5' },
      channel: { id: 'primary' },
      family: 'openai',
      origin: 'https://api.openai.test',
      basePath: '/v1',
      credential: { secret: 'secret of PRIMARY_KEY' },
    });
  });

  it('takes base URLs with and without a path', () => {
    expect(targets.get('claude@spare')).toMatchObject({ origin: 'http://127.0.0.1:9000', basePath: '/proxy/v1' });
    expect(targets.get('gpt-5@local')).toMatchObject({ origin: 'http://127.0.0.1:11434', basePath: '' });
  });

  it('tells a channel that needs no credential from one whose credential is missing', () => {
    expect(targets.get('gpt-5@local')?.credential).toBe('none');
    expect(targets.get('claude@spare')?.credential).toBe('missing');
  });

  it.each([undefined, ''])('has no credential where the reference leads to %p', (found) => {
    const [first] = resolveTargets(revision, () => found).values();
    expect(first?.credential).toBe('missing');
  });

  it('reads no secret but those that channels of a target name', () => {
    const asked: CredentialRef[] = [];
    resolveTargets(revision, (reference) => {
      asked.push(reference);
      return 'secret';
    });
    expect(asked).toEqual([{ env: 'PRIMARY_KEY' }, { file: '/run/secrets/spare' }]);
  });

  it('leaves out a target whose channel or model is not there', () => {
    const [first] = revision.targets;
    const broken = first
      ? [
          { ...first, model: 'gone' },
          { ...first, channel: 'gone' },
        ]
      : [];
    expect(resolveTargets({ ...revision, targets: broken }, () => 'secret').size).toBe(0);
  });
});
