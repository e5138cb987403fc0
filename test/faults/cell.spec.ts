import { describe, expect, it } from '@jest/globals';
import { cellsOf } from './cell.js';
import { faultLibrary } from './fault-library.js';
import { seriesLibrary } from './series-library.js';
import { shapes } from './shape.js';

const deliveries = ['live', 'continued', 'committed'] as const;
const cells = (seed: number) => cellsOf({ entries: faultLibrary, shapes, deliveries, seed });

describe('the cells of the table', () => {
  it('share no target, so that none decides another', () => {
    const all = [...cells(1), ...cells(2)];
    const targets = all.flatMap((cell) => cell.targets.map(({ version, channel }) => `${version}@${channel}`));
    expect(new Set(targets).size).toBe(targets.length);
  });

  it('are the same for the same seed, and elsewhere for another', () => {
    expect(cells(1)).toEqual(cells(1));
    expect(cells(2).map(({ targets }) => targets[0]?.channel)).not.toEqual(
      cells(1).map(({ targets }) => targets[0]?.channel),
    );
  });

  it('leave a healthy target exactly where the shape has one', () => {
    for (const { targets, shape } of cells(1)) {
      expect(targets.map(({ fault, unreachable }) => fault !== undefined || unreachable !== undefined)).toEqual(
        shape.faulty,
      );
    }
  });
});

it('meets all 27 faults, each in one call or over many', () => {
  const met = new Set([...faultLibrary.map(({ id }) => id), ...seriesLibrary.map(({ fault }) => fault)]);
  const all = Array.from({ length: 27 }, (_, index) => `F${String(index + 1).padStart(2, '0')}`);
  expect([...met].toSorted()).toEqual(all);
});
