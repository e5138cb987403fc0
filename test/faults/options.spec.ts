import { describe, expect, it } from '@jest/globals';
import { parseFaultsOptions } from './options.js';

const parse = (...args: readonly string[]) => parseFaultsOptions(args, '/here');

describe('the options of the scoreboard', () => {
  it('ask for everything by default', () => {
    expect(parse()).toMatchObject({
      seeds: 2,
      deliveries: ['live', 'continued', 'committed'],
      modes: { failoverTime: false },
    });
  });

  it('choose faults, targets and deliveries', () => {
    const options = parse('--only', 'F13, F27', '--targets', '2', '--deliveries', 'committed', '--json', 'out.json');
    expect(new Set(options?.entries.map(({ id }) => id))).toEqual(new Set(['F13']));
    expect(new Set(options?.series.map(({ fault }) => fault))).toEqual(new Set(['F13', 'F27']));
    expect(options?.shapes.map(({ name }) => name)).toEqual(['2', '2 down']);
    expect(options).toMatchObject({ deliveries: ['committed'], jsonFile: '/here/out.json' });
  });

  it('make it short', () => {
    expect(parse('--quick')).toMatchObject({ seeds: 1, deliveries: ['live'] });
  });

  it('ask for single figures', () => {
    const modes = parse('--truncation', '10', '--outage', '2', '--failover-time', '--flapping', '3')?.modes;
    expect(modes).toEqual({ truncation: 10, outage: 2, failoverTime: true, flapping: 3 });
  });

  it.each([
    [['--seeds', '0'], '--seeds must be a whole number above 0, not "0"'],
    [['--only', 'F99'], /--only has "F99"; there are F01, /],
    [['--targets', '4'], '--targets has "4"; there are 1, 2, 3'],
    [['--nonsense'], /--nonsense.*lists the options/],
  ] as const)('name what is wrong with %j', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});
