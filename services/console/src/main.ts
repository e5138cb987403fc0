import { bootstrapHttp, loadEnvironment } from '#libs/platform';
import { ConsoleEnvironment } from './console.environment.js';
import { ConsoleModule } from './console.module.js';
import { fastifyOptions } from './http/fastify-options.js';
import { addSecurityHeaders } from './http/security-headers.js';

await bootstrapHttp(ConsoleModule, 'console', listenAt);

function listenAt() {
  const { BREAKWATER_CONSOLE_HOST: host, BREAKWATER_CONSOLE_PORT: port } = loadEnvironment(ConsoleEnvironment);
  return { host, port, prepare: addSecurityHeaders, fastify: fastifyOptions };
}
