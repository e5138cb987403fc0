import 'reflect-metadata';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync } from 'class-validator';
import { GatewayError } from '#libs/kernel';

/**
 * Reads a process's settings from its environment: one class per service, its property names the variables' names.
 * An empty variable counts as unset.
 * @throws GatewayError `invalid_value` naming every bad variable at once.
 */
export function loadEnvironment<Settings extends object>(settings: ClassConstructor<Settings>): Settings {
  const given = Object.entries(process.env).filter(([, value]) => value !== '');
  const loaded = plainToInstance(settings, Object.fromEntries(given), { exposeDefaultValues: true });
  const problems = validateSync(loaded).flatMap((error) => Object.values(error.constraints ?? {}));
  if (problems.length > 0) throw new GatewayError('invalid_value', `wrong environment: ${problems.join('; ')}`);
  return loaded;
}

/** The raw environment, for what is named in configuration (`credential: {env: NAME}`) and by standards (`OTEL_*`). */
export function rawEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
