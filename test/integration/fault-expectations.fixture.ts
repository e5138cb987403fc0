import { expect } from '@jest/globals';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { parseJson } from '#libs/kernel';
import type { CallRecord, FaultKindName } from '#libs/simulators';
import { promptOf, type FaultCase } from './fault-matrix.fixture.js';
import { versionOf } from './routed-gateway.fixture.js';
import type { SdkOutcome } from './sdk-caller.fixture.js';

/** All that a caller may see besides the decision headers. */
const plainHeaders =
  /^(content-type|content-length|cache-control|connection|keep-alive|date|transfer-encoding|x-accel-buffering)$/;
const decisionHeaders =
  /^x-breakwater-(request-id|route|revision|attempts|model|version|channel|substitution|substitution-reason)$/;

/** What a model says is its own affair, as long as it is whole. */
const changesWords: ReadonlySet<FaultKindName> = new Set([
  'filtered-answer',
  'garbled',
  'repeated-token',
  'wrong-script',
]);

const rejections: ReadonlyMap<FaultKindName, number> = new Map([
  ['not-found', 404],
  ['unprocessable', 422],
]);

export function expectFate(met: FaultCase, { status, text, error }: SdkOutcome): void {
  const whole = changesWords.has(met.fault.kind)
    ? expect.any(String)
    : expect.stringContaining(`you said "${promptOf(met)}"`);
  switch (met.fate.fate) {
    case 'served':
    case 'replaced':
      expect({ status, text, error }).toEqual({ status: 200, text: whole, error: undefined });
      return;
    case 'interrupted':
      // The beginning of an answer, then what the SDK raises for an error: never an end that looks like one.
      expect({ status, text }).toEqual({ status: 200, text: expect.stringMatching(/^Simulated/) });
      expect(text).not.toMatch(met.fault.kind === 'missing-terminator' ? /^$/ : /you said/);
      expectRaised(met, error, 'stream_interrupted');
      return;
    case 'rejected':
      expect({ status, text }).toEqual({ status: rejections.get(met.fault.kind) ?? 400, text: '' });
      expectRaised(met, error, 'provider_rejected');
  }
}

/** As the surface's official SDK raises errors. */
export function expectRaised({ surface }: Pick<FaultCase, 'surface'>, error: unknown, code: string): void {
  expect(error).toBeInstanceOf(surface === 'openai-chat' ? OpenAI.APIError : Anthropic.APIError);
  expect(error).toMatchObject(surface === 'openai-chat' ? { code } : { error: { type: 'error', error: { code } } });
}

export function expectTrueHeaders({ fate, model, first, next, stream }: FaultCase, { headers }: SdkOutcome): void {
  const rejected = fate.fate === 'rejected';
  const served = rejected ? 'none' : fate.fate === 'replaced' ? next : first;
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': expect.stringContaining(stream && !rejected ? 'text/event-stream' : 'application/json'),
    'x-breakwater-route': model,
    'x-breakwater-attempts': fate.fate === 'replaced' ? '2' : '1',
    'x-breakwater-channel': served,
    'x-breakwater-model': rejected ? 'none' : model,
    'x-breakwater-version': rejected ? 'none' : versionOf(model),
    // Another channel is no substitution: the model is the pinned one.
    'x-breakwater-substitution': 'none',
    'x-breakwater-substitution-reason': 'none',
  });
  const others = [...headers.keys()].filter((name) => !plainHeaders.test(name) && !decisionHeaders.test(name));
  expect(others).toEqual([headers.has('request-id') ? 'request-id' : 'x-request-id']);
}

/** Between ends of one family the bytes pass through: what the caller has is what its provider wrote, and nothing else. */
export function expectOnlyWinnersBytes(met: FaultCase, { bytes }: SdkOutcome, calls: readonly CallRecord[]): void {
  const written = calls.at(-1)?.response.body.toString() ?? '';
  const got = bytes.toString();
  switch (met.fate.fate) {
    case 'served':
    case 'replaced':
      // Only what no client could read is left out.
      expect(got).toBe(met.stream ? readableOf(written, met.fault.kind) : written);
      return;
    case 'interrupted': {
      const errorAt = got.lastIndexOf(met.surface === 'openai-chat' ? 'data: {"error"' : 'event: error');
      expect(errorAt).toBeGreaterThan(0);
      expect(written.startsWith(got.slice(0, errorAt))).toBe(true);
      return;
    }
    case 'rejected':
      expect(got).not.toContain(calls[0]?.id);
  }
}

function readableOf(stream: string, kind: FaultKindName): string {
  if (kind === 'byte-order-mark') return stream.replace(/^\uFEFF/, '');
  if (kind !== 'malformed-chunk' && kind !== 'corrupt-token') return stream;
  return stream.split('\n\n').filter(isWhole).join('\n\n');
}

function isWhole(event: string): boolean {
  const data = event.split('\n').filter((line) => line.startsWith('data: {'));
  return data.every((line) => parseJson(line.slice('data: '.length)) !== undefined);
}
