import type { FastifyServerOptions } from 'fastify';

/** The console is asked short questions: no body, no slow request, and ids in the path as long as configuration allows. */
export const fastifyOptions = {
  bodyLimit: 1024,
  requestTimeout: 10_000,
  routerOptions: { maxParamLength: 1024 },
} as const satisfies FastifyServerOptions;
