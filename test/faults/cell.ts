import type { Delivery, Surface } from '#libs/contracts';
import { seededRandom } from '#libs/kernel';
import type { FaultDefinition, Family } from '#libs/simulators';
import type { FaultEntry, Nature } from './fault-entry.js';
import { reactions, type Reaction } from './reactions.js';
import type { Shape } from './shape.js';

/** One call that meets one fault. */
export interface Cell {
  /** Also the route's name and the pinned model's: a cell shares no target, and so no health, with another. */
  readonly id: string;
  readonly entry: FaultEntry;
  readonly surface: Surface;
  readonly stream: boolean;
  readonly shape: Shape;
  readonly delivery: Delivery;
  readonly seed: number;
  readonly targets: readonly CellTarget[];
}

export interface CellTarget {
  readonly model: string;
  readonly channel: ChannelName;
  /** What the model is called at the provider. */
  readonly version: string;
  /** What strikes its calls. */
  readonly fault?: FaultDefinition;
}

export type ChannelName = `${Family}-${'primary' | 'backup'}`;

export interface CellWanted {
  readonly entries: readonly FaultEntry[];
  readonly shapes: readonly Shape[];
  readonly deliveries: readonly Delivery[];
  readonly seed: number;
}

const surfaces = ['openai-chat', 'anthropic-messages'] as const;
const own = { 'openai-chat': 'openai', 'anthropic-messages': 'anthropic' } as const;
const other = { openai: 'anthropic', anthropic: 'openai' } as const;

/** Answers have more tokens than this. */
const MOST_TOKENS_BEFORE = 8;

export function cellsOf({ entries, shapes, deliveries, seed }: CellWanted): readonly Cell[] {
  let number = 0;
  return entries.flatMap((entry) =>
    surfaces.flatMap((surface) =>
      [true, false].flatMap((stream) =>
        shapes.flatMap((shape) =>
          deliveries.map((delivery) => {
            number += 1;
            return cellOf({ entry, surface, stream, shape, delivery, seed }, `${entry.id}-${seed}-${number}`);
          }),
        ),
      ),
    ),
  );
}

function cellOf(cell: Omit<Cell, 'id' | 'targets'>, id: string): Cell {
  const { entry, shape, surface, seed } = cell;
  // Every second seed the caller's surface is not the providers' own.
  const family = seed % 2 === 1 ? own[surface] : other[own[surface]];
  const random = seededRandom(seed * 7919 + id.length + Number(id.split('-')[2]));
  const places = [
    { model: id, channel: `${family}-primary` },
    { model: id, channel: `${family}-backup` },
    { model: `${id}-other`, channel: `${other[family]}-primary` },
  ] as const;
  const targets = shape.faulty.flatMap((faulty, index): readonly CellTarget[] => {
    const place = places[index];
    if (place === undefined) return [];
    const version = `${place.model}-20260101`;
    const { afterTokens, ...fault } = entry.fault;
    const tokens = afterTokens === 'drawn' ? 1 + Math.floor(random() * MOST_TOKENS_BEFORE) : afterTokens;
    const scope = { id: `${place.model}@${place.channel}`, channel: place.channel, model: version };
    const struck = { ...fault, ...scope, seed, ...(tokens === undefined ? {} : { afterTokens: tokens }) };
    return [{ ...place, version, ...(faulty ? { fault: struck } : {}) }];
  });
  return { ...cell, id, targets };
}

export const natureOf = ({ entry, stream }: Pick<Cell, 'entry' | 'stream'>): Nature =>
  stream ? entry.streamed : entry.whole;

export const reactionTo = (cell: Cell): Reaction => reactions[cell.delivery][natureOf(cell)][cell.shape.name];

/** Long enough that a fault finds tokens before and after it; no two alike. */
export const promptOf = ({ id }: Pick<Cell, 'id'>): string =>
  `naïve question ${id}: one two three four five six seven eight nine ten ☀️ eleven twelve`;

/** The answer of a target that works. */
export const wholeTextOf = (cell: Pick<Cell, 'id'>, { channel, version }: CellTarget): string =>
  `Simulated answer from ${channel} (${version}): you said "${promptOf(cell)}".`;
