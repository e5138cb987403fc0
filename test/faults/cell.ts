import type { Delivery, Surface } from '#libs/contracts';
import { seededRandom, type Random } from '#libs/kernel';
import type { FaultDefinition, Family } from '#libs/simulators';
import type { FaultEntry, Nature, Unreachable } from './fault-entry.js';
import { continuations, reactions, type Reaction } from './reactions.js';
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
  /** Calls do not get there, and no simulator sees them. */
  readonly unreachable?: Unreachable;
  /** It goes on with another's answer. */
  readonly acceptsContinuation: boolean;
}

/** As a simulator has it, or with a way of not getting there before it. */
export type ChannelName = `${Unreachable}-${SimulatedChannelName}` | SimulatedChannelName;
type SimulatedChannelName = `${Family}-${'primary' | 'backup'}`;

export interface CellWanted {
  readonly entries: readonly FaultEntry[];
  readonly shapes: readonly Shape[];
  readonly deliveries: readonly Delivery[];
  readonly seed: number;
}

const surfaces = ['openai-chat', 'anthropic-messages'] as const;
const own = { 'openai-chat': 'openai', 'anthropic-messages': 'anthropic' } as const;
const other = { openai: 'anthropic', anthropic: 'openai' } as const;

/** Answers have more tokens than the most. Who goes on with an answer must know by then in whose name. */
const tokensBefore = { live: [1, 20], continued: [13, 20], committed: [1, 20] } as const;

export function cellsOf({ entries, shapes, deliveries, seed }: CellWanted): readonly Cell[] {
  const cells = entries.flatMap((entry) =>
    surfaces.flatMap((surface) =>
      [true, false].flatMap((stream) =>
        shapes.flatMap((shape) => deliveries.map((delivery) => ({ entry, surface, stream, shape, delivery, seed }))),
      ),
    ),
  );
  return cells.filter(saysSomething).map((cell, index) => cellOf(cell, `${cell.entry.id}-${seed}-${index}`));
}

/** Continuation changes nothing before there is content, and so nothing for answers in one piece. */
function saysSomething({ entry, stream, shape, delivery }: Omit<Cell, 'id' | 'targets'>): boolean {
  const afterContent: readonly Nature[] = ['served', 'broken', 'stalled'];
  const differs = delivery !== 'continued' || (stream && afterContent.includes(entry.streamed));
  return differs && (entry.shapes?.includes(shape.name) ?? true);
}

function cellOf(cell: Omit<Cell, 'id' | 'targets'>, id: string): Cell {
  const { shape, surface, seed } = cell;
  // Every second seed the caller's surface is not the providers' own.
  const family = seed % 2 === 1 ? own[surface] : other[own[surface]];
  const random = seededRandom(seed * 7919 + Number(id.split('-')[2]));
  const places = [
    { model: id, channel: `${family}-primary` },
    { model: id, channel: `${family}-backup` },
    { model: `${id}-other`, channel: `${other[family]}-primary` },
  ] as const;
  const targets = shape.faulty.flatMap((faulty, index): readonly CellTarget[] => {
    const place = places[index];
    if (place === undefined) return [];
    // As at the vendors: only Anthropic's models go on from the beginning of an answer.
    const healthy = {
      ...place,
      version: `${place.model}-20260101`,
      acceptsContinuation: place.channel.startsWith('anthropic'),
    };
    return [faulty ? { ...healthy, ...struckBy(cell, healthy, random) } : healthy];
  });
  return { ...cell, id, targets };
}

function struckBy(
  { entry: { fault }, delivery, seed }: Pick<Cell, 'entry' | 'delivery' | 'seed'>,
  { model, version, channel }: Pick<CellTarget, 'model' | 'version'> & { readonly channel: SimulatedChannelName },
  random: Random,
): Partial<CellTarget> {
  if ('unreachable' in fault) {
    const { unreachable } = fault;
    return { unreachable, channel: `${unreachable}-${channel}` };
  }
  const { afterTokens, ...rest } = fault;
  const [least, most] = tokensBefore[delivery];
  const tokens = afterTokens === 'drawn' ? least + Math.floor(random() * (most - least + 1)) : afterTokens;
  const scope = { id: `${model}@${channel}`, channel, model: version, seed };
  return { fault: { ...rest, ...scope, ...(tokens === undefined ? {} : { afterTokens: tokens }) } };
}

export const natureOf = ({ entry, stream }: Pick<Cell, 'entry' | 'stream'>): Nature =>
  stream ? entry.streamed : entry.whole;

export const reactionTo = (cell: Cell): Reaction => {
  const nature = natureOf(cell);
  const { delivery, shape, targets } = cell;
  // Who can go on depends on the targets' families.
  if (delivery === 'continued' && (nature === 'broken' || nature === 'stalled')) {
    return continuations[nature][targets[0]?.acceptsContinuation === true ? 'first' : 'third'][shape.name];
  }
  return reactions[delivery][nature][shape.name];
};

/** Long enough that a fault finds tokens before and after it; no two alike. */
export const promptOf = ({ id }: Pick<Cell, 'id'>): string =>
  `naïve question ${id}: one two three four five six seven eight nine ten ☀️ eleven twelve`;

/** The answer of a target that works. */
export const wholeTextOf = (cell: Pick<Cell, 'id'>, { channel, version }: CellTarget): string =>
  `Simulated answer from ${channel} (${version}): you said "${promptOf(cell)}".`;
