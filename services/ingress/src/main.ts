import { bootstrapHttp, loadEnvironment } from '#libs/platform';
import { prepareDoor } from './door.js';
import { IngressEnvironment } from './ingress.environment.js';
import { IngressModule } from './ingress.module.js';

const environment = loadEnvironment(IngressEnvironment);

await bootstrapHttp(IngressModule, 'ingress', {
  host: environment.BREAKWATER_HOST,
  port: environment.BREAKWATER_PORT,
  fastify: {
    bodyLimit: environment.BREAKWATER_MAX_BODY,
    // Slow senders are cut off; a slow answer is not their fault and has no limit here.
    connectionTimeout: 0,
    requestTimeout: 60_000,
    exposeHeadRoutes: false,
    routerOptions: { caseSensitive: true, ignoreTrailingSlash: false, ignoreDuplicateSlashes: false },
  },
  prepare: prepareDoor,
});
