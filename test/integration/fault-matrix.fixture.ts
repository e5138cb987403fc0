import type { Surface } from '#libs/contracts';
import { faultFates, type Fate, type FaultFate } from './fault-fates.fixture.js';
import { callBySdk, type SdkOutcome } from './sdk-caller.fixture.js';
import { versionOf, type ChannelName, type RoutedGateway, type TestRoute } from './routed-gateway.fixture.js';

/** One fault met by one kind of call. */
export interface FaultCase {
  readonly name: string;
  readonly fault: FaultFate['fault'];
  readonly fate: Fate;
  readonly surface: Surface;
  readonly stream: boolean;
  /** Route and model: a case has its own, and so its own health and its own calls at the simulators. */
  readonly model: string;
  readonly first: ChannelName;
  readonly next: ChannelName;
}

const own = { 'openai-chat': 'openai', 'anthropic-messages': 'anthropic' } as const;
const other = { 'openai-chat': 'anthropic', 'anthropic-messages': 'openai' } as const;

/** All faults, streamed and not, at a first target of the caller's own family or of the other; the next is of its own. */
export function faultCases(surface: Surface, familyOfFirst: 'own' | 'other'): readonly FaultCase[] {
  const first = (familyOfFirst === 'own' ? own : other)[surface];
  return faultFates.flatMap(({ name, fault, streamed, whole }, index) =>
    [true, false].map((stream) => ({
      name: `${name}, ${stream ? 'streamed' : 'not streamed'}`,
      fault,
      fate: fateAt(first, fault, stream ? streamed : whole),
      surface,
      stream,
      model: `${surface}-${first}-${index}-${stream ? 'streamed' : 'whole'}`,
      first: `${first}-primary` as const,
      next: `${own[surface]}-backup` as const,
    })),
  );
}

/** The two vendors' simulators put different errors into a stream: OpenAI's an internal one, Anthropic's its congestion. */
function fateAt(family: 'openai' | 'anthropic', { kind }: FaultFate['fault'], fate: Fate): Fate {
  const congested = kind === 'error-event' && family === 'anthropic' && fate.fate !== 'served';
  return congested ? { ...fate, fault: 'overloaded' } : fate;
}

export const routeOf = ({ model, first, next, fault }: FaultCase): TestRoute => ({
  id: model,
  tiers: [[`${model}@${first}`], [`${model}@${next}`]],
  // Byte by byte a token takes its time on a busy machine.
  ...(fault.kind === 'tiny-chunks' ? { deadlines: { firstToken: 5000, interToken: 5000, attempt: 5000 } } : {}),
});

const AT_ONCE = 8;

/** Every case's call, several at a time: most of the waiting is for silences. */
export async function callAll(
  { gateway, simulator }: RoutedGateway,
  cases: readonly FaultCase[],
): Promise<ReadonlyMap<FaultCase, SdkOutcome>> {
  const outcomes = new Map<FaultCase, SdkOutcome>();
  const waiting = [...cases];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { surface, stream, model, first: channel } = next;
      simulator.setFault({ ...next.fault, id: model, channel, model: versionOf(model) });
      outcomes.set(next, await callBySdk(gateway, { surface, stream, route: model, prompt: promptOf(next) }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

export const promptOf = ({ model }: FaultCase): string => `Hello to naïve ${model}: one two three four five ☀️`;
