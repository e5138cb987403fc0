import { IsIn, IsNotEmpty, IsString, Matches } from 'class-validator';

/** What every service reads. */
export class PlatformEnvironment {
  @IsString({ message: 'NATS_URL is missing; set it to nats://host:4222' })
  readonly NATS_URL!: string;

  /** Unique among running processes, stable over restarts: names the journal and the NATS connection. */
  @Matches(/^[\w-]{1,64}$/, { message: 'BREAKWATER_INSTANCE must be letters, digits, _ or -, at most 64' })
  readonly BREAKWATER_INSTANCE: string = 'single';

  @IsNotEmpty()
  readonly BREAKWATER_STATE_DIR: string = '.breakwater';

  @IsIn(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  readonly BREAKWATER_LOG_LEVEL: string = 'info';
}
