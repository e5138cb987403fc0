import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import { healthUsage, HealthUsageError, parseHealthCommand, type HealthCommandLine } from './health-command.js';

export interface HealthResult {
  /** 0: done. 1: the console refused, or there is none. 2: the command line is wrong. */
  readonly exitCode: 0 | 1 | 2;
  readonly text: string;
}

export interface ConsoleAccess {
  readonly url: string;
  readonly key: string | undefined;
}

/** Runs one command line against the console at a URL. Never rejects. */
export async function runHealthCommand(args: readonly string[], access: ConsoleAccess): Promise<HealthResult> {
  try {
    const command = parseHealthCommand(args);
    if (command.kind === 'usage') return { exitCode: 0, text: healthUsage };
    return { exitCode: 0, text: shown(command, await ask(command, access)) };
  } catch (error) {
    if (error instanceof HealthUsageError) {
      return { exitCode: 2, text: `${error.message}\n\`npm run health\` shows what there is.` };
    }
    return { exitCode: 1, text: error instanceof Error ? error.message : String(error) };
  }
}

type Asked = Exclude<HealthCommandLine, { kind: 'usage' }>;

async function ask(command: Asked, { url, key }: ConsoleAccess): Promise<JsonObject> {
  if (key === undefined || key === '') throw new Error('BREAKWATER_API_KEY is not set; set it to an operator key.');
  if (!URL.canParse(url)) throw new Error(`BREAKWATER_CONSOLE_URL is '${url}'; give a URL like http://127.0.0.1:8081.`);
  const { path, method } = requestOf(command);
  const asked = new URL(path, url);
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(asked, { method, headers, signal: AbortSignal.timeout(20_000) }).catch(() => undefined);
  const content = answer === undefined ? undefined : parseJson(await answer.text());
  if (answer === undefined || !isJsonObject(content)) {
    throw new Error(
      `No console answers at ${asked.origin}; start one with \`npm start\`, or set BREAKWATER_CONSOLE_URL.`,
    );
  }
  const { error } = content;
  if (!answer.ok) throw new Error(isJsonObject(error) ? text(error['message']) : `The console said ${answer.status}.`);
  return content;
}

function requestOf(command: Asked): { readonly path: string; readonly method: 'GET' | 'POST' } {
  switch (command.kind) {
    case 'list':
      return { path: '/targets', method: 'GET' };
    case 'history': {
      const { target, limit = '20' } = command;
      const query = new URLSearchParams({ ...(target === undefined ? {} : { target }), limit });
      return { path: `/health/history?${query.toString()}`, method: 'GET' };
    }
    default: {
      const { kind, target, reason } = command;
      const query = reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`;
      return { path: `/targets/${encodeURIComponent(target)}/${kind}${query}`, method: 'POST' };
    }
  }
}

function shown({ kind }: Asked, answer: JsonObject): string {
  if (kind === 'list') return objects(answer['targets']).map(targetLine).join('\n') || 'No targets are configured.';
  if (kind === 'history') return objects(answer['changes']).map(changeLine).join('\n') || 'Nothing changed yet.';
  return targetLine(answer);
}

function targetLine(target: JsonObject): string {
  const { id, phase, share, reason, until, gates, outage } = target;
  return [
    text(id).padEnd(36),
    text(phase).padEnd(8),
    `${Math.round(Number(share) * 100)} %`.padStart(5),
    ...(reason === 'none' ? [] : [text(reason)]),
    ...(typeof until === 'number' ? [`until ${time(until)}`] : []),
    ...(isJsonObject(gates) ? Object.entries(gates).map(([kind, end]) => `${kind} used up until ${time(end)}`) : []),
    ...(isJsonObject(outage) ? [`status page: ${text(outage['description'])}`] : []),
    evidenceOf(target),
  ]
    .join('  ')
    .trimEnd();
}

function changeLine(change: JsonObject): string {
  const { at, target, fromPhase, toPhase, reason, actor, note } = change;
  const said = note === null ? '' : `: ${text(note)}`;
  const moved = `${text(fromPhase)} -> ${text(toPhase)}`.padEnd(17);
  const why = reason === 'none' ? '' : text(reason);
  return [time(at), text(target).padEnd(36), moved, why, `by ${text(actor)}${said}`, evidenceOf(change)]
    .filter((part) => part !== '')
    .join('  ');
}

function evidenceOf({ evidence }: JsonObject): string {
  const seen = objects(evidence).map(({ fault, dispatcher }) => `${text(fault)} at ${text(dispatcher)}`);
  return seen.length === 0 ? '' : `(${seen.join(', ')})`;
}

function objects(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function time(value: unknown): string {
  return typeof value === 'number' ? new Date(value).toISOString() : '-';
}
