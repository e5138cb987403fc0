import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Redis } from 'ioredis';
import { BusConnection, loadEnvironment, logger } from '#libs/platform';
import { DispatchEnvironment } from './dispatch.environment.js';

const ANSWER_WITHIN_MS = 100;
/** Until how a probe went is known to all dispatchers, the next must not begin. */
const NEWS_MS = 500;

/** One probe of a half-open target at a time in the whole fleet. */
@Injectable()
export class ProbePermit implements OnModuleInit, OnApplicationShutdown {
  private redis: Redis | undefined;
  private readonly own = new Set<string>();
  private readonly log = logger('dispatch');

  constructor(private readonly connection: BusConnection) {}

  onModuleInit(): void {
    const { REDIS_URL } = loadEnvironment(DispatchEnvironment);
    // A command waits neither for a reconnect nor for a slow server: routing goes on without Redis.
    this.redis = new Redis(REDIS_URL, {
      commandTimeout: ANSWER_WITHIN_MS,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectionName: this.connection.instance,
    });
    let down = false;
    this.redis.on('error', () => {
      if (!down) this.log.warn('Redis is away: each dispatcher probes for itself');
      down = true;
    });
    this.redis.on('ready', () => (down = false));
  }

  /** For as long as the attempt may take at most. Without Redis, one probe a dispatcher. */
  async take(target: string, holdMs: number): Promise<boolean> {
    if (this.own.has(target)) return false;
    this.own.add(target);
    const granted = await this.ask(target, holdMs);
    if (!granted) this.own.delete(target);
    return granted;
  }

  release(target: string): void {
    this.own.delete(target);
    this.redis?.pexpire(keyOf(target), NEWS_MS).catch(() => undefined);
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  private async ask(target: string, holdMs: number): Promise<boolean> {
    try {
      return (await this.redis?.set(keyOf(target), this.connection.instance, 'PX', holdMs + NEWS_MS, 'NX')) === 'OK';
    } catch {
      return true;
    }
  }
}

const keyOf = (target: string): string => `bw:probe:${target}`;
