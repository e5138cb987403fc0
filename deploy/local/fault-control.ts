import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import { parseFaultCommand, type FaultCommand } from './fault-command.js';
import { faultListing } from './fault-listing.js';
import { FaultUsageError } from './fault-usage-error.js';
import { usageText } from './fault-usage.js';

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
    const contents = await Promise.all(requestsOf(command).map((request) => control(request, simulatorUrl)));
    return { exitCode: 0, text: faultListing(contents.reduce((all, content) => ({ ...all, ...content }), {})) };
  } catch (error) {
    if (error instanceof FaultUsageError) {
      return { exitCode: 2, text: `${error.message}\n\`npm run fault\` shows what there is.` };
    }
    return { exitCode: 1, text: error instanceof Error ? error.message : String(error) };
  }
}

interface ControlRequest {
  readonly method?: 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

function requestsOf(command: Exclude<FaultCommand, { kind: 'usage' }>): readonly ControlRequest[] {
  switch (command.kind) {
    case 'list':
      return ['faults', 'status', 'doors'].map((path) => ({ path }));
    case 'clear': {
      const { channel } = command;
      const scope = channel === undefined ? '' : `?channel=${encodeURIComponent(channel)}`;
      const well = (channel ?? '*').split(',').map((one) => ({ channel: one, status: 'operational' }));
      return [
        { method: 'DELETE', path: `faults${scope}` },
        { method: 'PUT', path: 'status', body: well },
      ];
    }
    case 'set':
      return [{ method: 'PUT', path: 'faults', body: command.faults }];
    case 'status':
      return [{ method: 'PUT', path: 'status', body: command.published }];
    case 'door':
      return [{ method: 'PUT', path: 'doors', body: command.door }];
  }
}

async function control({ method, path, body }: ControlRequest, simulatorUrl: string): Promise<JsonObject> {
  if (!URL.canParse(simulatorUrl)) {
    throw new Error(`BREAKWATER_SIMULATOR_URL is '${simulatorUrl}'; give a URL like http://127.0.0.1:8090.`);
  }
  const url = new URL(`/_control/${path}`, simulatorUrl);
  const init = {
    ...(method === undefined ? {} : { method }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const answer = await fetch(url, init).catch(() => undefined);
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
