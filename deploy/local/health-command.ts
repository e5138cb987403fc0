import { parseArgs } from 'node:util';

/** What the operator asked for. */
export type HealthCommandLine =
  | { readonly kind: 'usage' }
  | { readonly kind: 'list' }
  | { readonly kind: 'drain' | 'restore'; readonly target: string; readonly reason?: string }
  | { readonly kind: 'history'; readonly target?: string; readonly limit?: string };

/** The command line is wrong; the message says how. */
export class HealthUsageError extends Error {}

const options = { reason: { type: 'string' }, limit: { type: 'string' } } as const;

/** Throws a `HealthUsageError`. Which targets there are is the console's to know. */
export function parseHealthCommand(args: readonly string[]): HealthCommandLine {
  if (args.includes('--help')) return { kind: 'usage' };
  const { values, positionals } = parse(args);
  const [word = 'help', target, ...rest] = positionals;
  if (rest.length > 0) throw new HealthUsageError(`'${rest.join(' ')}' is too much; name one target.`);
  checkOptions(word, values);
  const { reason, limit } = values;
  switch (word) {
    case 'help':
      return { kind: 'usage' };
    case 'list':
      if (target !== undefined) throw new HealthUsageError(`list takes no target; did you mean 'history ${target}'?`);
      return { kind: 'list' };
    case 'drain':
    case 'restore':
      if (target === undefined) throw new HealthUsageError(`${word} which target? 'list' shows them.`);
      return { kind: word, target, ...given({ reason }) };
    case 'history':
      return { kind: 'history', ...given({ target, limit }) };
    default:
      throw new HealthUsageError(`There is no '${word}'; it is list, drain, restore or history.`);
  }
}

type Values = ReturnType<typeof parse>['values'];

function checkOptions(word: string, { reason, limit }: Values): void {
  if (reason !== undefined && word !== 'drain' && word !== 'restore')
    throw new HealthUsageError('--reason goes with drain and restore.');
  if (limit !== undefined && word !== 'history') throw new HealthUsageError('--limit goes with history.');
}

/** Without what was left out. */
function given(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new HealthUsageError(error instanceof Error ? error.message : String(error));
  }
}

export const healthUsage = `See how targets fare, take one out by hand, and bring it back.

  npm run health -- list                             every target as it is now
  npm run health -- drain TARGET [--reason TEXT]     no new calls; those under way finish
  npm run health -- restore TARGET [--reason TEXT]   use it again, growing to its whole share
  npm run health -- history [TARGET] [--limit 20]    what changed, newest first

The key is an operator's, in BREAKWATER_API_KEY. The console is looked for at BREAKWATER_CONSOLE_URL, by default
http://127.0.0.1:8081.`;
