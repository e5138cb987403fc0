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

/** Never the value of what may hold a secret. */
function shown(error: ValidationError): string {
  const harmless =
    typeof error.value === 'string' || typeof error.value === 'number' || typeof error.value === 'boolean';
  if (
    !harmless ||
    ['credential', 'sha256'].includes(error.property) ||
    'whitelistValidation' in (error.constraints ?? {})
  )
    return '';
  return ` = ${JSON.stringify(error.value).slice(0, 80)}`;
}
