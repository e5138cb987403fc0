import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import { FaultUsageError, parseFaultCommand, usageText, type FaultCommand } from './fault-command.js';

export interface FaultResult {
  /** 0: done. 1: the simulator refused, or there is none. 2: the command line is wrong. */
  readonly exitCode: 0 | 1 | 2;
  readonly text: string;
}

/** Runs one command line against the simulator at a URL. Never rejects. */
export async function runFaultCommand(args: readonly string[], simulatorUrl: string): Promise<FaultResult> {
  try {
    const command = parseFaultCommand(args);
    if (command.kind === 'usage') return { exitCode: 0, text: usageText() };
    return { exitCode: 0, text: listing(await control(command, simulatorUrl)) };
  } catch (error) {
    if (error instanceof FaultUsageError) {
      return { exitCode: 2, text: `${error.message}\n\`npm run fault\` shows what there is.` };
    }
    return { exitCode: 1, text: error instanceof Error ? error.message : String(error) };
  }
}

async function control(command: Exclude<FaultCommand, { kind: 'usage' }>, simulatorUrl: string): Promise<JsonObject> {
  const url = faultsUrl(simulatorUrl);
  if (command.kind === 'clear' && command.channel !== undefined) url.searchParams.set('channel', command.channel);
  const answer = await fetch(url, requestOf(command)).catch(() => undefined);
  const content = answer === undefined ? undefined : parseJson(await answer.text());
  if (answer === undefined || !isJsonObject(content)) {
    const advice = 'start one with `npm start`, or set BREAKWATER_SIMULATOR_URL';
    throw new Error(`No simulator answers at ${url.origin}; ${advice}.`);
  }
  const { error } = content;
  if (!answer.ok)
    throw new Error(isJsonObject(error) ? String(error['message']) : `The simulator said ${answer.status}.`);
  return content;
}

function faultsUrl(simulatorUrl: string): URL {
  if (!URL.canParse(simulatorUrl)) {
    throw new Error(`BREAKWATER_SIMULATOR_URL is '${simulatorUrl}'; give a URL like http://127.0.0.1:8090.`);
  }
  return new URL('/_control/faults', simulatorUrl);
}

function requestOf(command: Exclude<FaultCommand, { kind: 'usage' }>): RequestInit {
  switch (command.kind) {
    case 'list':
      return {};
    case 'clear':
      return { method: 'DELETE' };
    case 'set':
      return { method: 'PUT', body: JSON.stringify(command.fault) };
  }
}

function listing({ faults }: JsonObject): string {
  const all = Array.isArray(faults) ? faults.filter(isJsonObject) : [];
  return all.length === 0 ? 'No faults: all simulated channels are well.' : all.map(faultLine).join('\n');
}

function faultLine(fault: JsonObject): string {
  const { id: _id, channel, kind, percent, startedAt: _start, durationMs: _duration, ...others } = fault;
  const { endsAt, matched, struck, ...own } = others;
  const scope = Object.entries(own).map(([name, value]) => `${name} ${String(value)}`);
  const until = typeof endsAt === 'number' ? [`until ${new Date(endsAt).toISOString()}`] : [];
  const counts = `struck ${String(struck)} of ${String(matched)} calls`;
  return [`${String(channel)}  ${String(kind)}  ${String(percent)} %`, ...scope, ...until, counts].join('  ');
}
