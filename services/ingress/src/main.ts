import { bootstrapHttp, loadEnvironment, type HttpOptions } from '#libs/platform';
import { answerBadUrl, answerBrokenRequest } from './broken-request.js';
import { prepareDoor } from './door.js';
import { IngressEnvironment } from './ingress.environment.js';
import { IngressModule } from './ingress.module.js';

await bootstrapHttp(IngressModule, 'ingress', listenAt);

function listenAt(): HttpOptions {
  const environment = loadEnvironment(IngressEnvironment);
  return {
    host: environment.BREAKWATER_HOST,
    port: environment.BREAKWATER_PORT,
    prepare: prepareDoor,
    fastify: {
      bodyLimit: environment.BREAKWATER_MAX_BODY,
      // A slow sender is cut off; a slow answer is not its fault and has no limit here.
      connectionTimeout: 0,
      requestTimeout: 60_000,
      exposeHeadRoutes: false,
      // Fastify's own refusal has no shape that an SDK knows: the door says it.
      return503OnClosing: false,
      frameworkErrors: answerBadUrl,
      clientErrorHandler: answerBrokenRequest,
      routerOptions: { caseSensitive: true, ignoreTrailingSlash: false, ignoreDuplicateSlashes: false },
    },
  };
}
