import { describe, expect, it } from '@jest/globals';
import type { DispatcherLink } from '#libs/bus';
import { LinkedDispatchers } from './linked-dispatchers.js';

const linkTo = (dispatcher: string, changes: Partial<DispatcherLink> = {}): DispatcherLink => ({
  dispatcher,
  draining: false,
  backlog: 0,
  hand: () => undefined,
  ...changes,
});

function fleetOf(...links: readonly DispatcherLink[]): LinkedDispatchers {
  const fleet = new LinkedDispatchers();
  for (const link of links) fleet.add(link);
  return fleet;
}

const taken = (fleet: LinkedDispatchers, times: number) =>
  Array.from({ length: times }, () => fleet.take()?.dispatcher);

describe('LinkedDispatchers', () => {
  it('gives each call to whoever has the fewest', () => {
    const [a, b, c] = [linkTo('a'), linkTo('b'), linkTo('c')];
    const fleet = fleetOf(a, b, c);
    expect(taken(fleet, 6)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
    fleet.release(b);
    fleet.release(b);
    expect(taken(fleet, 3)).toEqual(['b', 'b', 'a']);
  });

  it('spreads calls that come one by one', () => {
    const links = [linkTo('a'), linkTo('b')];
    const fleet = fleetOf(...links);
    const got = Array.from({ length: 4 }, () => {
      const link = fleet.take();
      if (link) fleet.release(link);
      return link?.dispatcher;
    });
    expect(got).toEqual(['a', 'b', 'a', 'b']);
  });

  it('passes over who drains, does not read, or is suspected, until it is trusted', () => {
    const fleet = fleetOf(linkTo('a', { draining: true }), linkTo('b', { backlog: 2 ** 30 }), linkTo('c'));
    fleet.suspect('c');
    fleet.suspect('never linked');
    expect(fleet.take()).toBeUndefined();
    expect([...fleet.suspects]).toEqual(['c']);
    fleet.trust('c');
    expect(taken(fleet, 2)).toEqual(['c', 'c']);
  });

  it('forgets who is gone, and keeps its new connection', () => {
    const [old, renewed] = [linkTo('a'), linkTo('a')];
    const fleet = fleetOf(old, renewed);
    fleet.suspect('a');
    fleet.remove(old);
    fleet.release(old);
    expect([...fleet.suspects]).toEqual(['a']);
    fleet.trust('a');
    expect(fleet.take()).toBe(renewed);
    fleet.suspect('a');
    fleet.remove(renewed);
    expect([...fleet.suspects]).toEqual([]);
    expect(fleet.take()).toBeUndefined();
  });
});
