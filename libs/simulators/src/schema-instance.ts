import { isJsonObject, type JsonObject } from '#libs/kernel';
import { listField, numberField, objectField, objectsField, textField, textsField } from './json-fields.js';

/** A schema that requires itself has no finite instance; give up below this depth. */
const deepest = 24;

interface Place {
  readonly root: JsonObject;
  readonly depth: number;
}

/** The smallest value valid for a JSON schema, as far as the keywords of tool and output schemas go (no patterns). */
export function schemaInstance(schema: JsonObject): unknown {
  return instanceOf(schema, { root: schema, depth: 0 });
}

function instanceOf(schema: unknown, place: Place): unknown {
  if (!isJsonObject(schema) || place.depth > deepest) return null;
  const inner = { root: place.root, depth: place.depth + 1 };
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return listField(schema, 'enum')[0];
  const reference = textField(schema, '$ref');
  if (reference !== undefined) return instanceOf(resolve(reference, place.root), inner);
  const [alternative] = [...listField(schema, 'anyOf'), ...listField(schema, 'oneOf')];
  if (alternative !== undefined) return instanceOf(alternative, inner);
  const parts = objectsField(schema, 'allOf');
  if (parts.length > 0) return instanceOf(merged(schema, parts), inner);
  return makers.get(typeOf(schema))?.(schema, inner) ?? null;
}

type Maker = (schema: JsonObject, place: Place) => unknown;

const makers: ReadonlyMap<string, Maker> = new Map(
  Object.entries<Maker>({
    object: objectInstance,
    array: (schema, place) =>
      Array.from({ length: numberField(schema, 'minItems') ?? 0 }, () => instanceOf(schema['items'] ?? {}, place)),
    string: stringInstance,
    integer: (schema) => numberInstance(schema, 1),
    number: (schema) => numberInstance(schema, 0.5),
    boolean: () => false,
  }),
);

function objectInstance(schema: JsonObject, place: Place): JsonObject {
  const properties = objectField(schema, 'properties') ?? {};
  return Object.fromEntries(
    textsField(schema, 'required').map((name) => [
      name,
      instanceOf(Object.hasOwn(properties, name) ? properties[name] : {}, place),
    ]),
  );
}

const formats: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'date-time': '2025-01-01T00:00:00Z',
    date: '2025-01-01',
    time: '00:00:00Z',
    email: 'someone@example.com',
    uri: 'https://example.com/',
    uuid: '00000000-0000-4000-8000-000000000000',
    ipv4: '192.0.2.1',
  }),
);

function stringInstance(schema: JsonObject): string {
  const text = formats.get(textField(schema, 'format') ?? '') ?? 'example';
  return text.padEnd(numberField(schema, 'minLength') ?? 0, 'x').slice(0, numberField(schema, 'maxLength'));
}

function numberInstance(schema: JsonObject, step: number): number {
  const above = numberField(schema, 'exclusiveMinimum');
  const below = numberField(schema, 'exclusiveMaximum');
  const lowest = numberField(schema, 'minimum') ?? (above === undefined ? undefined : above + step);
  const highest = numberField(schema, 'maximum') ?? (below === undefined ? undefined : below - step);
  return lowest ?? Math.min(0, highest ?? 0);
}

function typeOf(schema: JsonObject): string {
  const named = textField(schema, 'type') ?? textsField(schema, 'type').find((type) => type !== 'null');
  return named ?? ('properties' in schema ? 'object' : 'null');
}

function merged(schema: JsonObject, parts: readonly JsonObject[]): JsonObject {
  const { allOf: _, ...own } = schema;
  const all = [own, ...parts];
  return {
    ...union(all),
    properties: union(all.map((part) => objectField(part, 'properties') ?? {})),
    required: [...new Set(all.flatMap((part) => textsField(part, 'required')))],
  };
}

function union(objects: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(objects.flatMap((object) => Object.entries(object)));
}

function resolve(reference: string, root: JsonObject): unknown {
  const path = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
  return path.reduce<unknown>((value, key) => (isJsonObject(value) ? value[key] : undefined), root);
}
