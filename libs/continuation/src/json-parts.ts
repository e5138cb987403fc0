import { isJsonObject, type JsonObject } from '#libs/kernel';

/** Parts of a provider's JSON that may be anything; what is not of its kind counts as not there. */
export function objectIn(value: unknown, field: string): JsonObject {
  const part = isJsonObject(value) ? value[field] : undefined;
  return isJsonObject(part) ? part : {};
}

export function stringIn(value: JsonObject, field: string): string {
  const part = value[field];
  return typeof part === 'string' ? part : '';
}

export function countIn(value: JsonObject, field: string): number {
  const part = value[field];
  return typeof part === 'number' && part > 0 ? part : 0;
}

/** The named fields that are there. */
export function pickFields(value: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(fields.flatMap((field) => (value[field] === undefined ? [] : [[field, value[field]]])));
}

export function without(value: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field));
}
