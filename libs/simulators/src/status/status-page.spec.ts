import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '#libs/simulators';

describe('the status page', () => {
  let simulator: Simulator;

  const summary = async (path = '') => {
    const answer = await fetch(`${simulator.url}${path}/api/v2/summary.json`);
    return { status: answer.status, content: await answer.json() };
  };

  beforeAll(async () => {
    const channels = ['a', 'b'].map((id) => ({ id, family: 'openai' as const }));
    simulator = await startSimulator({ port: 0, channels });
  });
  afterAll(() => simulator.close());

  it('says that all is well, whatever faults there are', async () => {
    simulator.setFault({ channel: '*', kind: 'server-error' });
    expect(await summary()).toMatchObject({
      status: 200,
      content: {
        page: { time_zone: 'Etc/UTC' },
        components: [
          { name: 'a', status: 'operational', group: false },
          { name: 'b', status: 'operational' },
        ],
        incidents: [],
        scheduled_maintenances: [],
        status: { indicator: 'none', description: 'All Systems Operational' },
      },
    });
  });

  it('says what it is told to, with an incident, for one channel or all', async () => {
    simulator.publishStatus('a', 'major_outage');
    const critical = { indicator: 'critical', description: 'Major Service Outage' };
    expect((await summary()).content).toMatchObject({
      components: [{ status: 'major_outage' }, { status: 'operational' }],
      incidents: [{ status: 'investigating', impact: 'critical', components: [{ name: 'a' }] }],
      status: critical,
    });
    expect((await summary('/_status/a')).content).toMatchObject({ components: [{ name: 'a' }], status: critical });
    expect((await summary('/_status/b')).content).toMatchObject({ status: { indicator: 'none' }, incidents: [] });
    expect((await summary('/_status/c')).status).toBe(404);
  });

  it('can be down itself, and is set over HTTP', async () => {
    const put = async (body: object): Promise<unknown> =>
      (await fetch(`${simulator.url}/_control/status`, { method: 'PUT', body: JSON.stringify(body) })).json();
    await put({ channel: '*', status: 'operational' });
    expect(await put({ channel: 'b', status: 'unreachable' })).toMatchObject({
      status: [{ status: 'operational' }, { status: 'unreachable' }],
    });
    expect([(await summary()).status, (await summary('/_status/a')).status]).toEqual([503, 200]);
    expect(await put({ channel: 'c', status: 'operational' })).toMatchObject({ error: { field: 'channel' } });
    expect(await put({ channel: 'a', status: 'fine' })).toMatchObject({ error: { field: 'status' } });
  });
});
