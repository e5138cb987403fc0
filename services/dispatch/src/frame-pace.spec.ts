import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { FramePace } from './frame-pace.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function paceOf({ underWay }: { underWay: number }) {
  const left: string[] = [];
  const pace = new FramePace(() => underWay, { monotonic: () => Date.now() });
  const tokens = (name: string): void => pace.gatherTokens(() => void left.push(name));
  const news = (name: string): void => pace.gatherNews(() => void left.push(name));
  return { pace, left, tokens, news };
}

it('has tokens of a call that is alone wait for nobody', () => {
  const { left, tokens } = paceOf({ underWay: 1 });
  tokens('a');
  expect(left).toEqual(['a']);
  jest.runAllTimers();
  expect(left).toEqual(['a']);
});

it.each([
  { underWay: 2, ms: 2 },
  { underWay: 6, ms: 10 },
  { underWay: 11, ms: 20 },
  { underWay: 500, ms: 20 },
])('has tokens of $underWay calls wait for each other for $ms ms', ({ underWay, ms }) => {
  const { left, tokens } = paceOf({ underWay });
  tokens('a');
  expect(left).toEqual([]);
  jest.advanceTimersByTime(ms - 1);
  tokens('b');
  expect(left).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(left).toEqual(['a', 'b']);
});

it('gathers anew after what has left', () => {
  const { left, tokens } = paceOf({ underWay: 11 });
  tokens('a');
  jest.advanceTimersByTime(20);
  tokens('b');
  jest.advanceTimersByTime(19);
  expect(left).toEqual(['a']);
  jest.advanceTimersByTime(1);
  expect(left).toEqual(['a', 'b']);
});

it('sends with what cannot wait only what has waited for half of its time, and sends it once', () => {
  const { pace, left, tokens } = paceOf({ underWay: 11 });
  tokens('a');
  jest.advanceTimersByTime(9);
  pace.leaving();
  expect(left).toEqual([]);
  jest.advanceTimersByTime(1);
  pace.leaving();
  expect(left).toEqual(['a']);
  jest.runAllTimers();
  expect(left).toEqual(['a']);
});

it('keeps news of an attempt for 10 ms, however few calls there are, and whatever tokens do', () => {
  const { left, news, tokens } = paceOf({ underWay: 2 });
  news('attempt');
  expect(left).toEqual([]);
  tokens('token');
  jest.advanceTimersByTime(9);
  expect(left).toEqual(['token']);
  jest.advanceTimersByTime(1);
  expect(left).toEqual(['token', 'attempt']);
});
