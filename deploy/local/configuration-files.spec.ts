import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkout } from './checkout.js';
import { chooseConfiguration, summarize, type Configuration } from './configuration-files.js';
import { parseOptions } from './options.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakwater-'));
});
afterEach(() => rm(folder, { recursive: true }));

function choose(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Configuration> {
  const given = { BREAKWATER_STATE_DIR: folder, ...environment };
  const options = parseOptions(args, given, { current: folder, checkout });
  if (!options) throw new Error('only help was asked for');
  return chooseConfiguration(options);
}

describe('chooseConfiguration', () => {
  it('simulates four channels when no provider key is set, on the port that was asked for', async () => {
    const { files, simulated, credentials } = await choose([], { BREAKWATER_SIMULATOR_PORT: '9123' });
    expect(simulated).toEqual([
      'anthropic-primary:anthropic',
      'anthropic-backup:anthropic',
      'openai-primary:openai',
      'openai-backup:openai',
    ]);
    expect(credentials).toEqual(['BREAKWATER_SIMULATOR_KEY']);
    const text = await readFile(files[0] ?? '', 'utf8');
    expect(text).toContain('http://127.0.0.1:9123/openai-backup/v1');
    expect(text).not.toContain('${');
  });

  it.each([
    [['OPENAI_API_KEY'], 'openai.yaml'],
    [['ANTHROPIC_API_KEY'], 'anthropic.yaml'],
    [['ANTHROPIC_API_KEY', 'OPENAI_API_KEY'], 'openai-and-anthropic.yaml'],
  ])('uses the real providers with %j', async (keys, file) => {
    const configuration = await choose([], Object.fromEntries(keys.map((key) => [key, 'sk-test'])));
    expect(configuration.files.map((path) => basename(path))).toEqual([file]);
    expect(configuration.simulated).toEqual([]);
    expect([...configuration.credentials].sort()).toEqual(keys);
  });

  it('names a credential that is not set', async () => {
    const file = join(folder, 'own.yaml');
    await writeFile(file, 'channels: [{ id: a, provider: openai, credential: { env: TEAM_A_KEY } }]');
    await expect(choose(['--config', file], {})).rejects.toThrow(/export TEAM_A_KEY/);
  });

  it('names a file that is not there', async () => {
    await expect(choose(['--config', 'missing.yaml'], {})).rejects.toThrow(/cannot read.*missing\.yaml/);
  });
});

describe('summarize', () => {
  it.each(['', '- a', 'channels: 7', 'channels: [{ credential: file }, 3]', 'channels: [', 'routes: {}'])(
    'leaves complaints about %j to policy',
    (text) => {
      expect(summarize(text)).toEqual({ routes: [], credentials: [], simulated: [] });
    },
  );
});
