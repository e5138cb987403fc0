import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../../test/support/server.js';
import { ownNats } from './nats.js';
import { runningNats } from './running-nats.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => (folder = await temporaryFolder()));
afterEach(() => folder.remove());

describe('runningNats', () => {
  it('is the server that the state directory belongs to', async () => {
    const own = await ownNats({ directory: join(folder.path, 'nats'), environment: {} });
    expect(runningNats({ natsUrl: undefined, stateDirectory: folder.path })).toBe(own.url);
  });

  it('is the given one before any other', async () => {
    await ownNats({ directory: join(folder.path, 'nats'), environment: {} });
    expect(runningNats({ natsUrl: 'nats://elsewhere', stateDirectory: folder.path })).toBe('nats://elsewhere');
  });

  it('is missed by name', () => {
    expect(() => runningNats({ natsUrl: undefined, stateDirectory: folder.path })).toThrow(
      `no Breakwater has run on ${folder.path}`,
    );
  });
});
