import { Type } from 'class-transformer';
import { IsIn, IsInt, IsString, Max, Min } from 'class-validator';

export class DispatchEnvironment {
  @IsString({ message: 'REDIS_URL is missing; set it to redis://host:6379' })
  readonly REDIS_URL!: string;

  /** Calls in flight before further ones are turned away. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100_000)
  readonly BREAKWATER_DISPATCH_IN_FLIGHT: number = 4096;

  /** Bytes of answers that may be held back together on routes whose delivery is `committed`. */
  @Type(() => Number)
  @IsInt()
  @Min(1024)
  readonly BREAKWATER_HELD_BYTES: number = 512 * 1024 * 1024;

  /** `disk` syncs the journal before the caller sees the end of an answer. */
  @IsIn(['os', 'disk'])
  readonly BREAKWATER_JOURNAL: 'os' | 'disk' = 'os';
}
