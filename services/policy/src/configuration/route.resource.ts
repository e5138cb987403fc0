import { Type } from 'class-transformer';
import {
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { defaultConduct, type Conduct, type Delivery, type Strategy } from '#libs/contracts';
import { AreTiers } from './are-tiers.js';
import { IsId } from './is-id.js';

const second = 1000;
const strategies: readonly Strategy[] = ['weighted', 'priority', 'lowest_latency', 'lowest_cost'];
const deliveries: readonly Delivery[] = ['live', 'continued', 'committed'];

/** What is left out adapts to each target's own history. */
export class DeadlinesResource {
  @IsInt() @Min(10) @Max(60 * second) connect: number = 3 * second;
  @IsOptional() @IsInt() @Min(10) @Max(600 * second) firstToken?: number;
  @IsOptional() @IsInt() @Min(10) @Max(600 * second) interToken?: number;
  @IsOptional() @IsInt() @Min(10) @Max(3600 * second) attempt?: number;
  @IsInt() @Min(10) @Max(3600 * second) total: number = 600 * second;
}

export class RouteResource {
  @IsId() id!: string;
  @IsNotEmpty() @IsString() model!: string;
  @AreTiers() tiers!: string[][];
  @IsObject() @ValidateNested() @Type(() => DeadlinesResource) deadlines: DeadlinesResource = new DeadlinesResource();
  @IsIn(strategies) strategy: Strategy = defaultConduct.strategy;
  @IsBoolean() sticky: boolean = defaultConduct.sticky;
  @IsInt() @Min(0) @Max(5) retries: number = defaultConduct.retries;
  @IsInt() @Min(0) @Max(60 * second) patience: number = defaultConduct.patience;
  @IsIn(deliveries) delivery: Delivery = defaultConduct.delivery;
  @IsNumber() @Min(0) @Max(0.5) hedge: number = defaultConduct.hedge;
  @IsArray() @ArrayUnique() @IsIn(['client_error', 'refused'], { each: true }) fallbackOn: Conduct['fallbackOn'] = [];
}
