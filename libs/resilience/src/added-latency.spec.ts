import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '#libs/kernel';
import { AddedLatency, type LatencyChange } from './added-latency.js';

const random = seededRandom(3);
/** Times around a middle. */
const around = (ms: number, count: number): number[] =>
  Array.from({ length: count }, () => ms * (0.7 + random() * 0.6));

function changes(watch: AddedLatency, times: readonly number[], bucket = 0): readonly LatencyChange[] {
  return times.flatMap((ms) => watch.observe(bucket, ms) ?? []);
}

describe('AddedLatency', () => {
  it('tells once that a target became slow, within ten calls, and once that it is normal again', () => {
    const watch = new AddedLatency();
    expect(changes(watch, around(500, 100))).toEqual([]);
    const slow = changes(watch, around(3500, 10));
    expect(slow.map(({ speed }) => speed)).toEqual(['slow']);
    expect(slow[0]?.baselineMs).toBeGreaterThan(300);
    expect(slow[0]?.baselineMs).toBeLessThan(700);
    expect(slow[0]?.recentMs).toBeGreaterThan(2000);
    expect(changes(watch, around(3500, 100))).toEqual([]);
    expect(changes(watch, around(500, 20)).map(({ speed }) => speed)).toEqual(['normal']);
  });

  it('minds neither what is small nor single late answers', () => {
    const watch = new AddedLatency();
    expect(changes(watch, [...around(50, 50), ...around(500, 50)])).toEqual([]);
    const mixed = Array.from({ length: 300 }, (_, n) => (n % 5 === 0 ? 9000 : 400));
    expect(changes(new AddedLatency(), mixed)).toEqual([]);
  });

  it('says nothing before it has a history', () => {
    expect(changes(new AddedLatency(), [...around(100, 9), ...around(9000, 5)])).toEqual([]);
  });

  it('does not take larger prompts for a slower target', () => {
    const watch = new AddedLatency();
    expect(changes(watch, around(300, 50), 0)).toEqual([]);
    expect(changes(watch, around(6000, 50), 3)).toEqual([]);
    expect(changes(watch, around(18_000, 12), 3).map(({ speed }) => speed)).toEqual(['slow']);
  });

  it('gets used to what lasts', () => {
    const watch = new AddedLatency();
    changes(watch, around(500, 100));
    expect(changes(watch, around(3500, 2000)).map(({ speed }) => speed)).toEqual(['slow', 'normal']);
  });
});
