import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { GatewayError } from '#libs/kernel';
import { temporaryFolder } from '../../../../test/support/server.js';
import { configuration } from './configuration.fixture.js';
import { loadConfiguration, type RevisionContent } from './load-configuration.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(() => folder.remove());

/** Loads files with these contents. */
async function load(...contents: readonly (string | object)[]): Promise<RevisionContent> {
  const paths = contents.map((_content, at) => join(folder.path, `${at}.yaml`));
  await Promise.all(
    paths.map((path, at) => {
      const content = contents[at] ?? '';
      return writeFile(path, typeof content === 'string' ? content : stringify(content));
    }),
  );
  return loadConfiguration(paths);
}

async function complaint(...contents: readonly (string | object)[]): Promise<string> {
  const error: unknown = await load(...contents).catch((reason: unknown) => reason);
  if (error instanceof GatewayError && error.code === 'invalid_value') return error.message;
  throw new Error('it was not refused as it should be', { cause: error });
}

describe('a configuration', () => {
  it('is one, whichever files it stands in', async () => {
    const { keys, routes, ...others } = configuration();
    const whole = await load({ ...others, routes, keys });
    expect(await load(others, { routes }, { keys })).toEqual(whole);
    expect(whole.routes.map(({ id }) => id)).toEqual(['chat']);
  });

  it('joins the lists of its files', async () => {
    const [first] = configuration().keys;
    const more = await load(configuration(), { keys: [{ ...first, id: 'second' }] });
    expect(more.keys.map(({ id }) => id)).toEqual(['first', 'second']);
  });

  it('has a digest of its content alone', async () => {
    const { digest } = await load(configuration());
    const commented = `# A comment.\n${stringify(configuration())}`;
    expect([digest, (await load(commented)).digest]).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), digest]);
    const changed = await load({ ...configuration(), health: { consecutiveFailures: 4 } });
    expect(changed.digest).not.toBe(digest);
  });
});

describe('a wrong configuration', () => {
  it('is refused with every mistake at once: path, value and reason', async () => {
    const { channels, models, targets, routes, keys } = configuration();
    const message = await complaint({
      channels: [{ ...channels[0], provider: 'skynet', region: 5 }],
      models: [{ ...models[0], approved: 'yes', contextWindow: 0, capabilities: ['flight'] }],
      targets: [{ ...targets[0], weight: 1.5, price: { input: -1 } }],
      routes: [{ ...routes[0], tiers: [], deadlines: { total: 1 } }],
      keys: [{ ...keys[0], sha256: 'x', routes: [] }],
      health: { consecutiveFailures: 0 },
      colour: 'blue',
    });
    for (const mistake of [
      'channels[0].provider = "skynet": provider must be one of',
      'channels[0].region = 5: region must be a string',
      'models[0].approved = "yes": approved must be a boolean',
      'models[0].contextWindow = 0: contextWindow must not be less than 1',
      'models[0].capabilities: each value in capabilities must be one of',
      'targets[0].weight = 1.5: weight must be an integer',
      'targets[0].price.input = -1: input must not be less than 0',
      'targets[0].price.output: output must be an integer',
      'routes[0].tiers: tiers must be a list of tiers',
      'routes[0].deadlines.total = 1: total must not be less than 10',
      'keys[0].sha256: sha256 must be',
      'keys[0].routes: routes should not be empty',
      'health.consecutiveFailures = 0: consecutiveFailures must not be less than 1',
      'colour: property colour should not exist',
    ])
      expect(message).toContain(mistake);
  });

  it('is refused with every name that leads nowhere', async () => {
    const { models, targets, routes, keys } = configuration();
    const [target] = targets;
    const message = await complaint({
      ...configuration(),
      models: [...models, { ...models[0], id: 'odd', approved: false }, models[0]],
      targets: [
        ...targets,
        { ...target, id: 'lost', model: 'none', channel: 'void' },
        { ...target, id: 'bad', model: 'odd' },
      ],
      routes: [
        { ...routes[0], tiers: [['ghost', 'bad'], ['bad']] },
        { ...routes[0], id: 'other', model: 'nothing' },
      ],
      keys: [{ ...keys[0], routes: ['*', 'nowhere'] }],
    });
    for (const mistake of [
      'models[2].id: gpt stands there twice',
      'targets[1].model: there is no "none"',
      'targets[1].channel: there is no "void"',
      'routes[0].tiers: there is no "ghost"',
      'routes[0].tiers: the target bad stands there twice',
      'routes[0].tiers: no target serves the pinned model gpt',
      'routes[0].tiers: bad is of the model odd, which is not approved',
      'routes[1].model: there is no "nothing"',
      'keys[0].routes: there is no "nowhere"',
    ])
      expect(message).toContain(mistake);
  });

  it.each([
    ['nothing', '', /0\.yaml: it must be a mapping/],
    ['a list', '- channels', /it must be a mapping/],
    ['no YAML', 'channels: [', /0\.yaml: .*line 1/],
    ['a key twice', 'channels: []\nchannels: []', /Map keys must be unique/],
    ['an alias to nothing', 'channels: *nothing', /not YAML/],
    ['only a part', 'keys: []', /channels must be an array.*keys must contain at least 1/s],
    ['an object for a list', 'channels: {}', /channels must be an array/],
  ])('is refused when it holds %s', async (_name, text, reason) => {
    expect(await complaint(text)).toMatch(reason);
  });

  it('is refused when a file is not there, or says again what another has said', async () => {
    await expect(loadConfiguration([join(folder.path, 'none.yaml')])).rejects.toThrow('the file cannot be read');
    const health = { health: { consecutiveFailures: 2 } };
    expect(await complaint({ ...configuration(), ...health }, health)).toContain(
      '1.yaml: health stands in another file',
    );
  });

  it.each(['__proto__', 'constructor', 'toString'])('cannot bring %s into play', async (name) => {
    const poison = `${JSON.stringify(name)}: { polluted: true }`;
    const poisoned = await load(`${stringify(configuration())}${poison}\n`);
    expect([poisoned, Object.hasOwn(Object.prototype, 'polluted')]).toEqual([await load(configuration()), false]);
  });
});

describe('a complaint', () => {
  const secret = 'sk-live-0123456789abcdef';
  const [channel] = configuration().channels;
  const [key] = configuration().keys;

  it.each<readonly [name: string, change: object | string]>([
    ['a credential that is the secret itself', { channels: [{ ...channel, credential: secret }] }],
    ['a secret under another name', { channels: [{ ...channel, credential: { value: secret } }] }],
    ['a secret instead of a variable', { channels: [{ ...channel, credential: { env: secret } }] }],
    ['a secret beside the credential', { channels: [{ ...channel, apiKey: secret }] }],
    ['a secret in the address', { channels: [{ ...channel, baseUrl: `https://user:${secret}@example.com/v1` }] }],
    ['a secret in place of the address', { channels: [{ ...channel, baseUrl: secret }] }],
    ['a secret in the query', { channels: [{ ...channel, baseUrl: `https://example.com/v1?key=${secret}` }] }],
    ['a key instead of its hash', { keys: [{ ...key, sha256: secret }] }],
    ['a key beside its hash', { keys: [{ ...key, key: secret }] }],
    ['a key instead of an entry', { keys: [secret] }],
    ['a secret at the root', { apiKey: secret }],
    ['a secret that breaks the YAML', `channels:\n  - credential: "${secret}\n`],
    ['a secret as an alias', `channels: *${secret}\n`],
  ])('never repeats %s', async (_name, change) => {
    const message = await complaint(typeof change === 'string' ? change : { ...configuration(), ...change });
    expect(message).not.toContain(secret);
    expect(message).toMatch(/^(wrong )?configuration/);
  });
});
