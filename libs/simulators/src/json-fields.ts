import { isJsonObject, type JsonObject } from '#libs/kernel';

/** Lenient readers for JSON that was checked before, or whose wrong fields count as absent. */
export function textField(source: JsonObject, key: string): string | undefined {
  const value = source[key];
  return typeof value === 'string' ? value : undefined;
}

export function numberField(source: JsonObject, key: string): number | undefined {
  const value = source[key];
  return typeof value === 'number' ? value : undefined;
}

export function objectField(source: JsonObject, key: string): JsonObject | undefined {
  const value = source[key];
  return isJsonObject(value) ? value : undefined;
}

export function listField(source: JsonObject, key: string): readonly unknown[] {
  const value = source[key];
  return Array.isArray(value) ? value : [];
}

export function objectsField(source: JsonObject, key: string): readonly JsonObject[] {
  return listField(source, key).filter(isJsonObject);
}

export function textsField(source: JsonObject, key: string): readonly string[] {
  return listField(source, key).filter((item) => typeof item === 'string');
}
