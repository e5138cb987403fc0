import { connect, type NatsConnection } from '@nats-io/transport-node';
import { GatewayError } from '#libs/kernel';

export interface BusOptions {
  /** `nats://user:password@host:port`, several separated by commas. */
  readonly url: string;
  /** Shown in the server's own connection list. */
  readonly name: string;
}

/** A connection that reconnects for ever; what is asked of it while it is down fails by its own time-out. */
export interface Bus {
  readonly nats: NatsConnection;
  readonly name: string;
}

/** @throws GatewayError `not_ready` where no server answers, `invalid_value` for a wrong URL; never with the password. */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const urls = options.url.split(',').map((url) => parseUrl(url.trim()));
  const [first] = urls;
  try {
    const nats = await connect({
      servers: urls.map((url) => url.host),
      name: options.name,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      reconnectJitter: 100,
      ...credentials(first),
    });
    return { nats, name: options.name };
  } catch (cause) {
    const hosts = urls.map((url) => url.host).join(', ');
    throw new GatewayError('not_ready', `NATS does not answer at ${hosts}; start it or set NATS_URL`, { cause });
  }
}

/** Lets what is under way finish, then closes; at once where the server is away. */
export async function closeBus({ nats }: Bus): Promise<void> {
  if (!nats.isClosed()) await nats.drain().catch(() => nats.close());
}

function parseUrl(url: string): URL {
  const parsed = URL.parse(url.includes('://') ? url : `nats://${url}`);
  // After an unescaped `/`, `?` or `#` in a password, the part before it would pass for the host, and be shown.
  if (parsed && /^\/?$/.test(parsed.pathname + parsed.search + parsed.hash)) return parsed;
  throw new GatewayError('invalid_value', 'NATS_URL is not a URL like nats://user:password@host:4222 (escaped)');
}

function credentials(url: URL | undefined): { user?: string; pass?: string; token?: string } {
  if (!url?.username) return {};
  const user = decodeURIComponent(url.username);
  return url.password ? { user, pass: decodeURIComponent(url.password) } : { token: user };
}
