import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { checkout } from '../../deploy/local/checkout.js';
import { startGateway, type TestGateway } from './gateway.js';

let gateway: TestGateway | undefined;
afterEach(() => gateway?.stop());

async function complete({ url, key }: TestGateway): Promise<number> {
  const body = JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content: 'Hello' }] });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
  await answer.text();
  return answer.status;
}

describe('startGateway', () => {
  it('answers, and lets a test end one process and start it again', async () => {
    gateway = await startGateway({ dispatchers: 2 });
    expect(gateway.names).toEqual(expect.arrayContaining(['dispatch-1', 'dispatch-2', 'ingress', 'nats', 'redis']));
    expect(await complete(gateway)).toBe(200);
    const pid = gateway.pid('dispatch-1');
    await gateway.kill('dispatch-1', 'SIGKILL');
    expect(() => gateway?.pid('dispatch-1')).toThrow('dispatch-1 does not run');
    expect(await complete(gateway)).toBe(200);
    await gateway.restart('dispatch-1');
    expect(gateway.pid('dispatch-1')).not.toBe(pid);
  }, 60_000);

  it('runs a configuration of the test with simulators for its channels', async () => {
    const config = await readFile(join(checkout, 'deploy/local/simulators.yaml'), 'utf8');
    gateway = await startGateway({ config: config.replaceAll('openai-primary', 'elsewhere') });
    const answer = await fetch(`${gateway.simulatorUrl}/_control/health`);
    expect(await answer.json()).toMatchObject({ channels: expect.arrayContaining(['elsewhere']) });
    expect(await complete(gateway)).toBe(200);
  }, 60_000);

  it('fails with the words of the process that did not start', async () => {
    await expect(startGateway({ config: 'channels: 7' })).rejects.toThrow(/^policy: .*channels/);
  }, 60_000);
});
