import type { SimulatedChannel } from './dialect.js';
import type { Pace } from './script.js';
import type { SimulatorOptions } from './simulator.js';

type Environment = Readonly<Record<string, string | undefined>>;

const defaultChannels =
  'openai-primary:openai,openai-backup:openai,anthropic-primary:anthropic,anthropic-backup:anthropic';

/** Reads the simulator process's settings. Throws an error whose message names the variable and the fix. */
export function settingsFrom(environment: Environment): SimulatorOptions {
  const pace = paceOf(environment['BREAKWATER_SIMULATOR_PACE']);
  return {
    port: portOf(environment['BREAKWATER_SIMULATOR_PORT'] ?? '8090'),
    channels: (environment['BREAKWATER_SIMULATOR_CHANNELS'] ?? defaultChannels).split(',').map(channelOf),
    ...(pace === undefined ? {} : { pace }),
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`BREAKWATER_SIMULATOR_PORT is '${text}'; give a port from 0 to 65535 (0 takes a free one).`);
}

function channelOf(text: string): SimulatedChannel {
  const [id = '', family, ...rest] = text.trim().split(':');
  if (id !== '' && rest.length === 0 && (family === 'openai' || family === 'anthropic')) return { id, family };
  throw new Error(
    `BREAKWATER_SIMULATOR_CHANNELS has '${text}'; give a list like openai-primary:openai,anthropic-primary:anthropic.`,
  );
}

function paceOf(text: string | undefined): Pace | undefined {
  if (text === undefined || text === '') return undefined;
  const [firstTokenMs, tokenMs, ...rest] = text.split(',').map(Number);
  const fits = (value: number | undefined): value is number => value !== undefined && value >= 0 && value <= 600_000;
  if (fits(firstTokenMs) && fits(tokenMs) && rest.length === 0) return { firstTokenMs, tokenMs };
  throw new Error(`BREAKWATER_SIMULATOR_PACE is '${text}'; give two times in milliseconds, like 200,20.`);
}
