import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import type { Revision } from '#libs/contracts';
import { GatewayError, isJsonObject, type JsonObject } from '#libs/kernel';
import { compile } from './compile.js';
import { checkConfiguration } from './check-configuration.js';

export type RevisionContent = Omit<Revision, 'number'>;

/**
 * Reads YAML files as one configuration: lists are joined, everything else may stand in one file only.
 * @throws GatewayError `invalid_value` with every mistake at once: path, value and reason.
 */
export async function loadConfiguration(paths: readonly string[]): Promise<RevisionContent> {
  const documents: JsonObject[] = [];
  for (const path of paths) documents.push(await readDocument(path));
  const content = compile(checkConfiguration(merge(documents, paths)));
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return { ...content, digest: digest.slice(0, 16) };
}

async function readDocument(path: string): Promise<JsonObject> {
  const document = parseYaml(path, await readText(path));
  if (isJsonObject(document)) return document;
  throw new GatewayError(
    'invalid_value',
    `configuration ${path}: it must be a mapping with channels, models, targets, routes`,
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new GatewayError('invalid_value', `configuration ${path}: the file cannot be read`, { cause });
  }
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const why = cause instanceof YAMLParseError ? cause.message.split('\n')[0]?.replace(/:$/, '') : 'not YAML';
    throw new GatewayError('invalid_value', `configuration ${path}: ${why ?? ''}`, { cause });
  }
}

function merge(documents: readonly JsonObject[], paths: readonly string[]): JsonObject {
  const merged = new Map<string, unknown>();
  const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
  documents.forEach((document, at) => {
    for (const [name, value] of Object.entries(document)) {
      const before = merged.get(name);
      if (before === undefined) merged.set(name, value);
      else if (isList(before) && isList(value)) merged.set(name, [...before, ...value]);
      else
        throw new GatewayError(
          'invalid_value',
          `configuration ${paths[at] ?? ''}: ${name} stands in another file already`,
        );
    }
  });
  return Object.fromEntries(merged);
}
