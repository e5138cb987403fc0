import { fileURLToPath } from 'node:url';
import { Child } from '../../deploy/local/child.js';
import { freePort } from '../../deploy/local/ports.js';
import type { ProcessSpec } from '../../deploy/local/process-run.js';
import { startGateway } from '../support/gateway.js';
import { runningPid } from '../support/server.js';
import { configurationFor } from './breakwater-config.js';
import { portkeyProcess } from './portkey.js';

/** In the order in which they take turns. */
export const systemNames = ['direct', 'breakwater', 'portkey'] as const;
export type SystemName = (typeof systemNames)[number];

/** One way from the load generator to the mock provider. */
export interface System {
  readonly origin: string;
  readonly headers: { readonly [name: string]: string };
  /** Its processes; those below them belong to it as well. */
  readonly pids: readonly number[];
}

/** All that runs during the benchmark except for the load generator. */
export interface Systems {
  readonly byName: { readonly [name in SystemName]: System };
  stop(): Promise<void>;
}

/** The route's name at Breakwater, and the model's for the others. */
export const MODEL = 'bench-model';

/** Starts the mock provider and the gateways before it. */
export async function startSystems(gapMs: number): Promise<Systems> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  const started = async (spec: ProcessSpec): Promise<Child> => {
    const child = new Child(spec, { log: () => undefined, restart: false });
    stops.push(() => child.stop(5_000));
    await child.start();
    return child;
  };
  try {
    const mockPort = await freePort();
    await started(mockProcess(mockPort, gapMs));
    const mockUrl = `http://127.0.0.1:${mockPort}`;
    const gateway = await startGateway({ config: configurationFor(MODEL, mockUrl) });
    stops.push(() => gateway.stop());
    const portkeyPort = await freePort();
    const portkey = await started(await portkeyProcess(portkeyPort));
    const byName = {
      direct: { origin: mockUrl, headers: { authorization: 'Bearer bench' }, pids: [] },
      breakwater: {
        origin: gateway.url,
        headers: { authorization: `Bearer ${gateway.key}` },
        pids: gateway.names.map((name) => gateway.pid(name)),
      },
      portkey: {
        origin: `http://127.0.0.1:${portkeyPort}`,
        headers: {
          authorization: 'Bearer bench',
          'x-portkey-provider': 'openai',
          'x-portkey-custom-host': `${mockUrl}/v1`,
        },
        pids: [runningPid(portkey)],
      },
    };
    return { byName, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function mockProcess(port: number, gapMs: number): ProcessSpec {
  return {
    name: 'mock-provider',
    command: process.execPath,
    args: [fileURLToPath(new URL('./mock-provider.js', import.meta.url)), String(port), String(gapMs)],
    env: {},
    readiness: { by: 'message' },
  };
}
