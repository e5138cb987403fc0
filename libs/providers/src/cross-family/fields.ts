import { GatewayError, isJsonObject, type JsonObject } from '#libs/kernel';

/** Checks one value of a caller's body. `field` is its dotted path: `messages.2.content.0.type`. */
export type Reader<T> = (value: unknown, field: string) => T;

export const readString: Reader<string> = (value, field) => {
  if (typeof value !== 'string') throw wrongType(value, field, 'a string');
  return value;
};

/** What is kept exactly is a number all the same: here its rounded value will do. */
export const readNumber: Reader<number> = (value, field) => {
  const number = JSON.isRawJSON(value) ? Number(JSON.stringify(value)) : value;
  if (typeof number !== 'number') throw wrongType(value, field, 'a number');
  return number;
};

export const readBoolean: Reader<boolean> = (value, field) => {
  if (typeof value !== 'boolean') throw wrongType(value, field, 'a boolean');
  return value;
};

export const readObject: Reader<JsonObject> = (value, field) => {
  if (!isJsonObject(value)) throw wrongType(value, field, 'an object');
  return value;
};

export const readArray: Reader<readonly unknown[]> = (value, field) => {
  if (!Array.isArray(value)) throw wrongType(value, field, 'an array');
  return value;
};

export const readCount: Reader<number> = (value, field) => {
  const count = readNumber(value, field);
  if (!Number.isInteger(count) || count < 1) throw invalidValue(field, 'must be a whole number of at least 1');
  return count;
};

/** A reader of arrays that reads each item with its own path. */
export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, field) => readArray(value, field).map((item, index) => read(item, `${field}.${index}`));
}

/** Both APIs take `null` for a field that is not set. */
export function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (value, field) => (value === undefined || value === null ? undefined : read(value, field));
}

/** Picks from a table by a string that may be anything, also `__proto__`. */
export function pick<T>(table: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Reads a string that must be a key of the table. */
export function choiceOf<T>(table: { readonly [key: string]: T }): Reader<T> {
  return (value, field) => {
    const found = pick(table, readString(value, field));
    if (found === undefined) throw invalidValue(field, `must be one of ${Object.keys(table).join(', ')}`);
    return found;
  };
}

export function invalidValue(field: string, problem: string): GatewayError {
  return new GatewayError('invalid_value', `\`${field}\` ${problem}.`, { field });
}

/** The request is right in itself, but this provider's wire format has no words for it. */
export function unsupported(field: string, fix: string): GatewayError {
  const message = `\`${field}\` cannot be expressed for this provider: ${fix}.`;
  return new GatewayError('unsupported_parameter', message, { field });
}

export function wrongType(value: unknown, field: string, expected: string): GatewayError {
  if (value === undefined)
    return new GatewayError('missing_field', `\`${field}\` is missing: add ${expected}.`, { field });
  return new GatewayError('invalid_type', `\`${field}\` must be ${expected}.`, { field });
}
