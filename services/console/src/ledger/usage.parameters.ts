import { Transform, type TransformFnParams } from 'class-transformer';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

const dimensions = ['key', 'model', 'channel', 'day', 'route', 'tenant', 'team', 'agent', 'purpose'] as const;
const MAX_LIMIT = 10_000;

const IsDay = (): PropertyDecorator => (target, name) => {
  const message = `${String(name)} must be a day like 2026-01-31`;
  IsISO8601({ strict: true }, { message })(target, name);
  Matches(/^\d{4}-\d{2}-\d{2}$/, { message })(target, name);
};

const IsFilter = (): PropertyDecorator => (target, name) => {
  MaxLength(512, { message: `${String(name)} must be given once, with at most 512 characters` })(target, name);
};

const listOf = ({ value }: TransformFnParams): unknown => (typeof value === 'string' ? value.split(',') : value);
export const numberOf = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;

/** The query of `GET /usage`; what is left out is for metering to choose. */
export class UsageParameters {
  @IsOptional() @IsDay() readonly from?: string;
  @IsOptional() @IsDay() readonly to?: string;

  @IsOptional()
  @Transform(listOf)
  @ArrayNotEmpty()
  @ArrayUnique({ message: 'groupBy must name each dimension once' })
  @IsIn(dimensions, {
    each: true,
    message: `groupBy must be one or more, separated by commas, of ${dimensions.join(', ')}`,
  })
  readonly groupBy?: readonly string[];

  @IsOptional() @IsFilter() readonly key?: string;
  @IsOptional() @IsFilter() readonly model?: string;
  @IsOptional() @IsFilter() readonly channel?: string;
  @IsOptional() @IsFilter() readonly route?: string;
  @IsOptional() @IsFilter() readonly tenant?: string;
  @IsOptional() @IsFilter() readonly team?: string;
  @IsOptional() @IsFilter() readonly agent?: string;
  @IsOptional() @IsFilter() readonly purpose?: string;

  @IsOptional()
  @Transform(numberOf)
  @IsInt({ message: `limit must be an integer from 1 to ${MAX_LIMIT}` })
  @Min(1, { message: `limit must be an integer from 1 to ${MAX_LIMIT}` })
  @Max(MAX_LIMIT, { message: `limit must be an integer from 1 to ${MAX_LIMIT}` })
  readonly limit?: number;
}
