import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { isJsonObject, type JsonObject } from '#libs/kernel';
import { checkout } from './checkout.js';
import type { Options } from './options.js';
import { StartFailure } from './start-failure.js';

/** A channel whose credential is in this variable is a simulator's, and then simulators are started with the rest. */
export const SIMULATOR_KEY = 'BREAKWATER_SIMULATOR_KEY';

const PORT_PLACEHOLDER = '${BREAKWATER_SIMULATOR_PORT}';

/** What the launcher must know of a configuration. Whether it is right is policy's to say. */
export interface ConfigurationSummary {
  readonly routes: readonly string[];
  /** The variables that hold channels' credentials: for dispatchers alone. */
  readonly credentials: readonly string[];
  /** Channels to simulate, in the simulators' own form: `id:family`. */
  readonly simulated: readonly string[];
}

export interface Configuration extends ConfigurationSummary {
  readonly files: readonly string[];
}

/**
 * Chooses the configuration files and reads from them what children must be given.
 * @throws StartFailure when a file cannot be read, or a credential it names is not set
 */
export async function chooseConfiguration(options: Options): Promise<Configuration> {
  const { configFiles } = options;
  const sources = configFiles.length > 0 ? configFiles : [join(checkout, 'deploy/local', defaultFile(options))];
  const texts = await Promise.all(sources.map(readText));
  const summary = merge(texts.map(summarize));
  const unset = summary.credentials
    .filter((name) => name !== SIMULATOR_KEY && !options.environment[name])
    .join(' and ');
  if (unset)
    throw new StartFailure(`channels' credentials are in ${unset}, not set in the environment; export ${unset}`);
  const files = await Promise.all(sources.map((source, index) => rendered(source, texts[index] ?? '', options)));
  return { ...summary, files };
}

/** The configuration that fits the provider keys at hand; without any, the simulators'. */
function defaultFile({ environment }: Options): string {
  const openai = Boolean(environment['OPENAI_API_KEY']);
  const anthropic = Boolean(environment['ANTHROPIC_API_KEY']);
  if (openai && anthropic) return 'openai-and-anthropic.yaml';
  if (openai) return 'openai.yaml';
  return anthropic ? 'anthropic.yaml' : 'simulators.yaml';
}

/** Fills in the one thing that is known only at start: the simulators' port. Other files are used where they stand. */
async function rendered(source: string, text: string, options: Options): Promise<string> {
  if (!text.includes(PORT_PLACEHOLDER)) return source;
  // The hash keeps files of the same name in different folders apart.
  const place = createHash('sha256').update(source).digest('hex').slice(0, 8);
  const file = join(options.stateDirectory, `rendered-${place}-${basename(source)}`);
  await writeFile(file, text.replaceAll(PORT_PLACEHOLDER, String(options.simulatorPort)));
  return file;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartFailure(`cannot read the configuration: ${reason}`);
  }
}

/** Takes what it understands and leaves every complaint to policy, which names all mistakes at once. */
export function summarize(text: string): ConfigurationSummary {
  const content = parseLeniently(text);
  const channels = entries(content, 'channels');
  return {
    routes: entries(content, 'routes')
      .map((route) => route['id'])
      .filter(isText),
    credentials: channels.map(credentialOf).filter(isText),
    simulated: channels
      .filter((channel) => credentialOf(channel) === SIMULATOR_KEY)
      .map(({ id, provider }) => `${String(id)}:${provider === 'anthropic' ? 'anthropic' : 'openai'}`),
  };
}

function merge(summaries: readonly ConfigurationSummary[]): ConfigurationSummary {
  return {
    routes: summaries.flatMap((summary) => summary.routes),
    credentials: [...new Set(summaries.flatMap((summary) => summary.credentials))],
    simulated: summaries.flatMap((summary) => summary.simulated),
  };
}

function parseLeniently(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

function entries(content: unknown, key: string): readonly JsonObject[] {
  const list = isJsonObject(content) ? content[key] : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function credentialOf(channel: JsonObject): unknown {
  return isJsonObject(channel['credential']) ? channel['credential']['env'] : undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string';
