import 'reflect-metadata';
import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import { startTelemetry } from '#libs/telemetry';
import { loadEnvironment, rawEnvironment } from './environment.js';
import { NestLogger } from './logger.js';
import { onStop, reportFailure, reportReady } from './process-lifecycle.js';
import { PlatformEnvironment } from './platform.environment.js';

/** Runs a service that only talks over NATS. */
export async function bootstrapWorker(module: Type, service: string): Promise<void> {
  await run(service, async () => {
    const app = await NestFactory.createApplicationContext(module, nestOptions());
    return { app, details: {} };
  });
}

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly fastify?: FastifyServerOptions;
  /** Called before it listens. */
  readonly prepare?: (app: NestFastifyApplication) => void | Promise<void>;
}

/** Runs a service that also listens for HTTP; its options are asked for where a wrong setting ends in one clear line. */
export async function bootstrapHttp(module: Type, service: string, options: () => HttpOptions): Promise<void> {
  await run(service, async () => {
    const http = options();
    // Bodies are ours to read and to bound: Nest's parsers stay off.
    const adapter = new FastifyAdapter({ ...http.fastify });
    const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
      ...nestOptions(),
      bodyParser: false,
    });
    await http.prepare?.(app);
    await app.listen(http.port, http.host);
    const address = app.getHttpServer().address();
    return { app, details: { port: typeof address === 'object' && address ? address.port : http.port } };
  });
}

function nestOptions(): { logger: NestLogger; abortOnError: false } {
  return { logger: new NestLogger(), abortOnError: false };
}

interface Started {
  readonly app: INestApplicationContext;
  /** Told to the parent with `ready`. */
  readonly details: Readonly<Record<string, unknown>>;
}

async function run(service: string, start: () => Promise<Started>): Promise<void> {
  // Prompts live outside the heap. By default every 64 MB of them cost a full collection, whatever else there is.
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  try {
    const { BREAKWATER_INSTANCE: instance } = loadEnvironment(PlatformEnvironment);
    const telemetry = await startTelemetry({ service, instance, environment: rawEnvironment() });
    const { app, details } = await start();
    onStop(async () => {
      await app.close();
      await telemetry.shutdown();
    });
    // Where none is kept yet, writing it at the end would take seconds of the first stop.
    flushCompileCache();
    reportReady(details);
  } catch (error) {
    reportFailure(service, error);
  }
}
