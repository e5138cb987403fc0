import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { servedModelFits } from './served-model.js';

describe('servedModelFits', () => {
  it.each<[requested: string, served: string | undefined]>([
    ['gpt-5', undefined],
    ['gpt-5', ''],
    ['gpt-5', 'gpt-5'],
    ['gpt-5', 'gpt-5-2025-08-07'],
    ['gpt-5-2025-08-07', 'gpt-5'],
    ['gpt-4', 'gpt-4-0613'],
    ['gpt-4-turbo', 'gpt-4-turbo-2024-04-09'],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
    ['claude-sonnet-4-5-latest', 'claude-sonnet-4-5-20250929'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5-20250929'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5-20250929'],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet-20241022'],
    ['arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-1-20250805-v1:0', 'claude-opus-4-1'],
    ['models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['gemini-2.5-flash-preview', 'gemini-2.5-flash-preview-05-20'],
    ['gemini-2.0-flash', 'publishers/google/models/gemini-2.0-flash-001'],
    ['accounts/fireworks/models/llama-v3p1-8b-instruct', 'llama-v3p1-8b-instruct'],
    ['meta-llama/Llama-3.1-8B-Instruct', 'meta-llama/llama-3.1-8b-instruct'],
    ['openai/gpt-5.2', 'gpt-5.2-2025-12-11'],
    ['mistral-large-latest', 'mistral-large-2411'],
    ['llama3.1:latest', 'llama3.1'],
    ['deepseek-v3', 'deepseek-v3-0324'],
  ])('%s may be answered as %s', (requested, served) => {
    expect(servedModelFits(requested, served, [])).toBe(true);
  });

  it.each([
    ['gpt-5', 'gpt-5-mini'],
    ['gpt-5', 'gpt-5.2'],
    ['gpt-5', 'gpt-4'],
    ['gpt-5-mini', 'gpt-5'],
    ['gpt-4', 'gpt-4-32k'],
    ['gpt-4-0314', 'gpt-4-0613'],
    ['gpt-4o-2024-05-13', 'gpt-4o-2024-08-06'],
    ['claude-sonnet-4-5', 'claude-haiku-4-5'],
    ['claude-sonnet-4-5', 'claude-sonnet-4-20250514'],
    ['claude-opus-4', 'claude-opus-4-1'],
    ['claude-opus-4', 'claude-opus-4-1-20250805'],
    ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'claude-3-5-sonnet-20241022'],
    ['gemini-2.0-flash-001', 'gemini-2.0-flash-002'],
    ['gemini-2.5-pro', 'gemini-2.5-pro-preview'],
    ['llama3.1:8b', 'llama3.1:70b'],
    ['deepseek-v3', 'deepseek-v2'],
    ['deepseek-v3', 'deepseek'],
    ['gpt-5', 'another-model'],
    ['gpt-5', '__proto__'],
  ])('%s may not be answered as %s', (requested, served) => {
    expect(servedModelFits(requested, served, [])).toBe(false);
  });

  it.each<[string, readonly string[], boolean]>([
    ['gpt-5-2025-08-07', ['gpt-5'], true],
    ['gpt-5-mini', ['gpt-5'], false],
    ['gpt-5-mini', ['other', 'gpt-5*'], true],
    ['GPT-5-mini', ['gpt-5*'], true],
    ['gpt-4', ['gpt-5*'], false],
    ['anything', ['*'], true],
  ])('a deployment may be answered as %s where it is served as %j: %p', (served, servedAs, fits) => {
    expect(servedModelFits('my-deployment', served, servedAs)).toBe(fits);
  });

  it('takes every dated form of every id, and no other name', () => {
    const id = fc.stringMatching(/^[a-z][a-z0-9.]{0,8}(?:-[a-z][a-z0-9]{0,6}){0,3}$/);
    const dates = fc.date({ min: new Date('2022-01-01'), max: new Date('2029-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(id, dates, (name, date) => {
        const day = date.toISOString().slice(0, 10);
        expect(servedModelFits(name, `${name}-${day}`, [])).toBe(true);
        expect(servedModelFits(name, `${name}-${day.replaceAll('-', '')}`, [])).toBe(true);
        expect(servedModelFits(name, `${name}-mini`, [])).toBe(false);
        expect(servedModelFits(`${name}-mini`, name, [])).toBe(false);
      }),
    );
  });
});
