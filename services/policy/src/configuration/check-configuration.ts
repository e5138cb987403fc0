import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { GatewayError, type JsonObject } from '#libs/kernel';
import { checkReferences } from './check-references.js';
import { ConfigurationResource } from './resources.js';

/** @throws GatewayError `invalid_value` with every mistake: its path, the value, the reason. */
export function checkConfiguration(document: JsonObject): ConfigurationResource {
  const configuration = plainToInstance(ConfigurationResource, document, { exposeDefaultValues: true });
  const errors = validateSync(configuration, { whitelist: true, forbidNonWhitelisted: true });
  const mistakes = errors.flatMap((error) => mistakesOf(error, ''));
  // References mean nothing until the resources themselves are right.
  if (mistakes.length === 0) mistakes.push(...checkReferences(configuration));
  if (mistakes.length === 0) return configuration;
  throw new GatewayError('invalid_value', `wrong configuration: ${mistakes.join('; ')}`);
}

function mistakesOf(error: ValidationError, prefix: string): string[] {
  const path = prefix + (/^\d+$/.test(error.property) ? `[${error.property}]` : `${prefix && '.'}${error.property}`);
  const own = Object.values(error.constraints ?? {}).map((reason) => `${path}${shown(error)}: ${reason}`);
  return [...own, ...(error.children ?? []).flatMap((child) => mistakesOf(child, path))];
}

/** Where a secret may stand by mistake: as itself, in an address, or in place of a whole entry of a list. */
const SECRETIVE = /^(?:credential|sha256|baseUrl|\d+)$/;

function shown({ property, value, constraints = {} }: ValidationError): string {
  const harmless = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (!harmless || SECRETIVE.test(property) || 'whitelistValidation' in constraints) return '';
  return ` = ${JSON.stringify(value).slice(0, 80)}`;
}
