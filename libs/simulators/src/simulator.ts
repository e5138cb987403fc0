import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { GatewayError, systemClock } from '#libs/kernel';
import type { CallRecord } from './call-entry.js';
import { CallLog, type CallFilter, type CallLogLimits } from './call-log.js';
import { ChannelCalls } from './channel-calls.js';
import type { SimulatedChannel } from './dialect.js';
import type { DoorMode } from './doors/door.js';
import { Doors, type DoorState } from './doors/doors.js';
import type { ActiveFault, FaultDefinition } from './faults/fault.js';
import { FaultBoard } from './faults/fault-board.js';
import { parseFault } from './faults/parse-fault.js';
import { requestRouter } from './request-router.js';
import type { Pace } from './script.js';
import { StatusBoard, type ChannelStatus } from './status/status-board.js';

export interface SimulatorOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Default 127.0.0.1. The control API has no key: think before opening it to others. */
  readonly host?: string;
  readonly channels: readonly SimulatedChannel[];
  /** Default: everything at once. */
  readonly pace?: Pace;
  /** For ids, and for faults that bring no seed of their own. Default 1. */
  readonly seed?: number;
  /** What the call log keeps at most. Default 20,000 calls and 256 MB. */
  readonly logLimits?: CallLogLimits;
}

/**
 * A running simulator. A channel X has the base URL `${url}/X/v1` for OpenAI's SDK and `${url}/X` for Anthropic's,
 * which adds the `/v1` itself.
 */
export interface Simulator {
  readonly url: string;
  readonly port: number;
  /** Puts a fault in force, in place of one with the same id. Throws a `GatewayError` that names field and fix. */
  setFault(fault: FaultDefinition): ActiveFault;
  /** Ends a channel's faults (those of `*` stay), or all. */
  clearFaults(channel?: string): void;
  faults(): readonly ActiveFault[];
  /** The logged calls, oldest first, those in flight included. */
  calls(filter?: CallFilter): readonly CallRecord[];
  /** Resolves with the first logged call that satisfies the predicate; rejects after the time (default 5 s). */
  waitForCall(predicate: (call: CallRecord) => boolean, timeoutMs?: number): Promise<CallRecord>;
  clearCalls(): void;
  /**
   * Opens another port to the same channels, or turns one that is there: to a mode in which connections fail. The port
   * counts only for a new door.
   */
  turnDoor(id: string, mode: DoorMode, port?: number): Promise<DoorState>;
  /** What the vendors' status page says of a channel, or of all (`*`), whatever is true. */
  publishStatus(channel: string, status: ChannelStatus): void;
  /** Ends calls in flight, and resolves when the port is free. A second call does nothing. */
  close(): Promise<void>;
}

/** Starts one server for all channels. Rejects when the port is taken (`EADDRINUSE`) or a channel's id is unfit. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const channels = new Map(options.channels.map((channel) => [checkedId(channel), channel]));
  const clock = systemClock;
  const { seed = 1, pace = { firstTokenMs: 0, tokenMs: 0 }, host = '127.0.0.1' } = options;
  const ids = [...channels.keys()];
  const board = new FaultBoard(clock, seed);
  const log = new CallLog(options.logLimits);
  const calls = new ChannelCalls({ board, log, clock, pace, seed });
  const server = createServer();
  const doors = new Doors(server, host);
  const status = new StatusBoard(ids, clock.now());
  server.on('request', requestRouter(channels, calls, { board, log, doors, status, clock, channels: ids }));

  const port = await listen(server, options.port, host);
  return {
    url: `http://${host}:${port}`,
    port,
    setFault: (fault) => board.set(parseFault(fault, ids)),
    clearFaults: (channel) => void board.clear(channel === undefined ? {} : { channel }),
    faults: () => board.list(),
    calls: (filter) => log.list(filter),
    waitForCall: (predicate, timeoutMs = 5000) => log.waitFor(predicate, AbortSignal.timeout(timeoutMs)),
    clearCalls: () => log.clear(),
    turnDoor: (id, mode, at) => doors.turn(id, mode, at),
    publishStatus: (channel, said) => status.set(channel, said, clock.now()),
    close: async () => {
      calls.close();
      await Promise.all([doors.close(), close(server)]);
    },
  };
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function checkedId({ id }: SimulatedChannel): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) return id;
  const message = `The channel id '${id}' is not right: use letters, digits, dots, dashes and underscores.`;
  throw new GatewayError('invalid_value', message, { field: 'channels' });
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  // Longer than any client keeps an idle connection, so that the client is always the one to close it.
  server.keepAliveTimeout = 120_000;
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
