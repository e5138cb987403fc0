import { parseExact, type JsonObject } from '#libs/kernel';
import type { CallBody } from '../translator.js';
import { readObject } from './fields.js';

export function parseBody(call: CallBody): JsonObject {
  return readObject(parseExact(new TextDecoder().decode(call.bytes)), 'body');
}
