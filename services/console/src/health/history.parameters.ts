import { Transform } from 'class-transformer';
import { IsInt, IsISO8601, IsOptional, Matches, Max, MaxLength, Min } from 'class-validator';
import { numberOf } from '../ledger/usage.parameters.js';

const MAX_LIMIT = 500;
const LIMIT = { message: `limit must be an integer from 1 to ${MAX_LIMIT}` };

const IsMoment = (): PropertyDecorator => (target, name) => {
  const message = `${String(name)} must be a UTC day or time like 2026-01-31 or 2026-01-31T13:30:00Z`;
  IsISO8601({ strict: true }, { message })(target, name);
  Matches(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/, { message })(target, name);
};

/** The query of `GET /health/history`; what is left out is for metering to choose. */
export class HistoryParameters {
  @IsOptional()
  @MaxLength(256, { message: 'target must be given once, with at most 256 characters' })
  readonly target?: string;

  @IsOptional() @IsMoment() readonly from?: string;
  @IsOptional() @IsMoment() readonly to?: string;

  @IsOptional() @Transform(numberOf) @IsInt(LIMIT) @Min(1, LIMIT) @Max(MAX_LIMIT, LIMIT) readonly limit?: number;
}
