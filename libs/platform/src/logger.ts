import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { loadEnvironment } from './environment.js';
import { PlatformEnvironment } from './platform.environment.js';

let root: Logger | undefined;

/** JSON lines on stdout. Never give it a body, a header or a key: what is not logged cannot leak. */
export function logger(name: string): Logger {
  root ??= pino({ level: loadEnvironment(PlatformEnvironment).BREAKWATER_LOG_LEVEL, base: { pid: process.pid } });
  return root.child({ name });
}

/** Nest's own messages in the same form; its start-up chatter is for debugging. */
export class NestLogger implements LoggerService {
  private readonly log_ = logger('nest');

  log(message: unknown): void {
    this.log_.debug(String(message));
  }

  warn(message: unknown): void {
    this.log_.warn(String(message));
  }

  error(message: unknown): void {
    this.log_.error(String(message));
  }
}
