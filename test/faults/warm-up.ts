import { makeCall, type CallMade } from './caller.js';
import type { RouteWanted } from './configuration.js';
import { median } from './median.js';
import type { World } from './world.js';

/** Routes whose targets work: one for each family of providers. */
export const warmUpRoutes: readonly RouteWanted[] = (['openai', 'anthropic'] as const).map((family) => {
  const id = `warm-up-${family}`;
  const place = { model: id, channel: `${family}-primary`, version: `${id}-20260101` };
  return { id, tiers: [[place]], deadlines: {} };
});

const ROUNDS = 15;
/** Eight healthy calls at a time take less on a machine that has nothing else to do. */
const BUSY_MS = 100;
const HUNG_AFTER_MS = 30_000;

/** A process is slow at what it has not done before: that is no fault of a provider's. */
export async function warmUp({ gateway: { url, key }, agent, simulator }: World): Promise<void> {
  const kinds = (['openai-chat', 'anthropic-messages'] as const).flatMap((surface) =>
    [true, false].flatMap((stream) => warmUpRoutes.map(({ id }) => ({ surface, stream, route: id }))),
  );
  const call = { url, key, prompt: 'Hello', hungAfterMs: HUNG_AFTER_MS };
  let calls: readonly CallMade[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    calls = await Promise.all(kinds.map((kind) => makeCall({ ...call, ...kind }, agent)));
  }
  simulator.clearCalls();
  const tookMs = median(calls.map(({ sentAt, endedAt }) => endedAt - sentAt));
  if (tookMs < BUSY_MS) return;
  const advice = 'times are not to be trusted, and deadlines may pass without a fault';
  process.stderr.write(`this machine is busy, a call without a fault takes ${Math.round(tookMs)} ms: ${advice}\n`);
}
