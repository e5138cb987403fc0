export { bootstrapHttp, bootstrapWorker, type HttpOptions } from './bootstrap.js';
export { BusConnection, BusModule } from './bus.module.js';
export { loadEnvironment, rawEnvironment } from './environment.js';
export { logger } from './logger.js';
