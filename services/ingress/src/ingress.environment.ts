import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, IsString, Max, Min } from 'class-validator';

const MEBIBYTE = 1024 * 1024;

export class IngressEnvironment {
  @IsString()
  @IsNotEmpty()
  readonly BREAKWATER_HOST: string = '127.0.0.1';

  @Type(() => Number)
  @IsInt({ message: 'BREAKWATER_PORT must be a port number' })
  @Min(0)
  @Max(65_535)
  readonly BREAKWATER_PORT: number = 8080;

  /** Bytes of one request's body. */
  @Type(() => Number)
  @IsInt()
  @Min(1024)
  @Max(512 * MEBIBYTE)
  readonly BREAKWATER_MAX_BODY: number = 32 * MEBIBYTE;

  /** Calls in flight, and bytes of their bodies together, before further ones are turned away. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  readonly BREAKWATER_INGRESS_IN_FLIGHT: number = 4096;

  @Type(() => Number)
  @IsInt()
  @Min(1024)
  readonly BREAKWATER_INGRESS_BODY_BYTES: number = 512 * MEBIBYTE;

  /** Bodies from this size on wait at ingress for the dispatcher to fetch them, instead of crossing NATS. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  readonly BREAKWATER_CLAIM_BYTES: number = 32 * 1024;

  /** Where dispatchers reach this process to fetch such bodies. */
  @IsString()
  @IsNotEmpty()
  readonly BREAKWATER_CLAIM_HOST: string = '127.0.0.1';
}
