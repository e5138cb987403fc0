import { describe, expect, it } from '@jest/globals';
import { defaultConduct, defaultHealthPolicy } from '#libs/contracts';
import { checkConfiguration } from './check-configuration.js';
import { compile } from './compile.js';
import { configuration } from './configuration.fixture.js';

const compiled = (change: object = {}) => compile(checkConfiguration({ ...configuration(), ...change }));

describe('compile', () => {
  it('fills in what a configuration leaves out', () => {
    const content = compiled();
    expect(content).toMatchObject({
      channels: [{ region: 'unspecified' }],
      models: [{ capabilities: [] }],
      targets: [{ weight: 1, price: { input: 5, output: 7, cacheRead: 5, cacheWrite: 5 } }],
      routes: [{ id: 'chat', model: 'gpt', deadlines: { connect: 3000, total: 600_000 }, conduct: defaultConduct }],
      keys: [{ tenant: 'default', team: 'default', agent: 'default', routes: ['*'], operator: false }],
      health: defaultHealthPolicy,
      extraParameters: [],
    });
  });

  it('keeps what is said', () => {
    const [target] = configuration().targets;
    const price = { input: 5, output: 7, cacheRead: 1, cacheWrite: 0 };
    expect(compiled({ targets: [{ ...target, price }] }).targets[0]?.price).toEqual(price);
    expect(compiled({ extraParameters: ['top_k'] }).extraParameters).toEqual(['top_k']);
    const [route] = configuration().routes;
    const { deadlines } = compiled({ routes: [{ ...route, deadlines: { connect: 50 } }] }).routes[0] ?? {};
    expect(deadlines).toEqual({ connect: 50, total: 600_000 });
    const { conduct } = compiled({ routes: [{ ...route, strategy: 'priority', patience: 0 }] }).routes[0] ?? {};
    expect(conduct).toEqual({ ...defaultConduct, strategy: 'priority', patience: 0 });
  });

  it('takes the slashes off the end of an address', () => {
    const [channel] = configuration().channels;
    const slashed = compiled({ channels: [{ ...channel, baseUrl: 'https://example.com/v1//' }] });
    expect(slashed.channels[0]?.baseUrl).toBe('https://example.com/v1');
  });

  it('gives plain data, which is the same after a journey over the bus', () => {
    const content = compiled();
    expect(JSON.parse(JSON.stringify(content))).toStrictEqual(content);
  });

  it('holds no secret, only where one is found', () => {
    expect(compiled().channels[0]?.credential).toEqual({ env: 'A_KEY' });
  });
});
