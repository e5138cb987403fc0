import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttemptMove } from './domain/next-move.js';
import { tried, view } from './domain/next-move.fixture.js';
import { startDispatcher, type TestDispatcher } from './dispatcher.fixture.js';

let dispatcher: TestDispatcher;
beforeEach(async () => (dispatcher = await startDispatcher()));
afterEach(() => dispatcher.close());

const COST = 100;

function move(changes: Partial<AttemptMove> = {}, clean = false): AttemptMove {
  const target = view('m@a', { clean, costMicros: COST });
  return { do: 'attempt', target, mode: 'usable', again: false, afterMs: 0, ...changes };
}

/** A call that has made so many attempts. */
function callAfter(attempts: number) {
  const { call } = dispatcher.newCall();
  call.attempts = attempts;
  return call;
}

/** How many further attempts are let through before one is not. */
async function further(wanted: AttemptMove): Promise<number> {
  for (let n = 0; n < 100; n += 1) if (!(await dispatcher.licence.take(callAfter(1), wanted))) return n;
  return Infinity;
}

describe('AttemptLicence', () => {
  it('rations further attempts at what fails, and gives back what a good one cost', async () => {
    const affordable = await further(move());
    expect(affordable).toBe(10);
    dispatcher.licence.release(move(), true, true);
    expect(await further(move())).toBe(1);
    dispatcher.licence.release(move(), true, false);
    expect(await further(move())).toBe(0);
  });

  it('lets a first attempt through whatever was passed over, and further ones where the target is well', async () => {
    await further(move());
    const call = callAfter(0);
    call.tries.set('m@b', tried('not_capable', Infinity));
    expect(await dispatcher.licence.take(call, move())).toBe(true);
    expect(await dispatcher.licence.take(callAfter(1), move({}, true))).toBe(true);
  });

  it('takes nothing for a probe that is not permitted', async () => {
    for (let n = 0; n < 30; n += 1) {
      expect(await dispatcher.licence.take(callAfter(1), move({ mode: 'probe' }))).toBe(false);
      expect(await dispatcher.licence.take(callAfter(0), move({ mode: 'probe' }))).toBe(false);
    }
    expect(await further(move())).toBe(10);
  });

  it('lets one call a second try the least bad, and more while it answers', async () => {
    const last = move({ mode: 'last-resort' });
    const take = () => dispatcher.licence.take(callAfter(0), last);
    expect([await take(), await take()]).toEqual([true, false]);
    dispatcher.licence.release(last, false, true);
    expect([await take(), await take(), await take()]).toEqual([true, true, false]);
    dispatcher.licence.release(last, false, true);
    dispatcher.licence.release(last, false, false);
    expect(await take()).toBe(false);
  });
});
