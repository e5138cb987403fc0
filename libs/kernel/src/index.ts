export { systemClock, type Clock } from './clock.js';
export { parseExact } from './exact-json.js';
export { errorCatalogue, type ErrorCode } from './error-catalogue.js';
export { GatewayError, type ErrorDescription } from './gateway-error.js';
export { isJsonObject, parseJson, type JsonObject } from './json.js';
export { seededRandom, systemRandom, type Random } from './random.js';
export { stoodStill, Watchdog } from './watchdog.js';
