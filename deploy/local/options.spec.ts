import { describe, expect, it } from '@jest/globals';
import { parseOptions, type GivenEnvironment } from './options.js';

const parse = (args: readonly string[], environment: GivenEnvironment = {}): ReturnType<typeof parseOptions> =>
  parseOptions(args, environment, { current: '/home/agent', checkout: '/srv/breakwater' });

describe('parseOptions', () => {
  it('has the documented defaults', () => {
    expect(parse([])).toMatchObject({
      configFiles: [],
      dispatchers: 1,
      host: '127.0.0.1',
      port: 8080,
      consolePort: 8081,
      simulatorPort: 8090,
      apiKey: undefined,
      stateDirectory: '/srv/breakwater/.breakwater',
      natsUrl: undefined,
    });
  });

  it('resolves several configuration files against the folder it was called in', () => {
    const options = parse(['--config', 'a.yaml', '--config=/etc/b.yaml', '--dispatchers', '3']);
    expect(options).toMatchObject({ configFiles: ['/home/agent/a.yaml', '/etc/b.yaml'], dispatchers: 3 });
  });

  it('counts an empty variable as unset', () => {
    expect(parse([], { BREAKWATER_PORT: '', NATS_URL: '' })).toMatchObject({ port: 8080, natsUrl: undefined });
  });

  it('takes the environment over the defaults', () => {
    const environment = { BREAKWATER_PORT: '9000', BREAKWATER_STATE_DIR: 'state', REDIS_URL: 'redis://cache:6379' };
    expect(parse([], environment)).toMatchObject({
      port: 9000,
      stateDirectory: '/home/agent/state',
      redisUrl: 'redis://cache:6379',
    });
  });

  it('asks for nothing but help with --help', () => {
    expect(parse(['--help'])).toBeUndefined();
  });

  it.each([
    [['--dispatcher', '3'], {}, /--dispatcher.*--help/],
    [['config.yaml'], {}, /config\.yaml.*--help/],
    [['--config'], {}, /--config.*--help/],
    [['--dispatchers', '0'], {}, /--dispatchers must be a whole number from 1 to 64, not "0"/],
    [['--dispatchers', '1e1'], {}, /--dispatchers/],
    [[], { BREAKWATER_PORT: '65536' }, /BREAKWATER_PORT must be a whole number from 1 to 65535/],
    [[], { BREAKWATER_CONSOLE_PORT: 'http' }, /BREAKWATER_CONSOLE_PORT.*"http"/],
  ])('refuses %j with %j in one line that names the fix', (args, environment, line) => {
    expect(() => parse(args, environment)).toThrow(line);
    expect(() => parse(args, environment)).not.toThrow(/\n/);
  });

  it('refuses a key that no header can carry, without showing it', () => {
    const broken = (): unknown => parse([], { BREAKWATER_API_KEY: 'bw_secret\n' });
    expect(broken).toThrow(/BREAKWATER_API_KEY/);
    expect(broken).not.toThrow(/secret/);
  });
});
