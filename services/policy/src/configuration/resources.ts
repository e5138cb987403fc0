import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMinSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Capability, CredentialRef, ProviderId } from '#libs/contracts';
import { AreTiers } from './are-tiers.js';
import { IsCredential } from './is-credential.js';

const id = /^[\w.:@/-]{1,128}$/;
const idRule = { message: '$property must be 1 to 128 letters, digits or . _ : @ / -' };
const provider = ['openai', 'openai-compatible', 'anthropic'];

export class ChannelResource {
  @Matches(id, idRule) id!: string;
  @IsIn(provider) provider!: ProviderId;
  @IsUrl(
    {
      protocols: ['http', 'https'],
      require_protocol: true,
      require_tld: false,
      disallow_auth: true,
      allow_fragments: false,
      allow_query_components: false,
    },
    { message: '$property must be an http or https URL without user, password, query or fragment' },
  )
  baseUrl!: string;
  @IsNotEmpty() @IsString() region: string = 'unspecified';
  @IsCredential() credential!: CredentialRef;
}

export class ModelResource {
  @Matches(id, idRule) id!: string;
  @IsBoolean() approved!: boolean;
  @IsInt() @Min(1) contextWindow!: number;
  @IsInt() @Min(1) maxOutputTokens!: number;
  @IsArray() @ArrayUnique() @IsIn(['tools', 'images'], { each: true }) capabilities: Capability[] = [];
}

export class PriceResource {
  @IsInt() @Min(0) input!: number;
  @IsInt() @Min(0) output!: number;
  @IsOptional() @IsInt() @Min(0) cacheRead?: number;
  @IsOptional() @IsInt() @Min(0) cacheWrite?: number;
}

export class TargetResource {
  @Matches(id, idRule) id!: string;
  @IsNotEmpty() @IsString() model!: string;
  @IsNotEmpty() @IsString() channel!: string;
  @Matches(id, idRule) providerModel!: string;
  @IsInt() @Min(1) @Max(1000) weight: number = 1;
  @IsObject() @ValidateNested() @Type(() => PriceResource) price!: PriceResource;
}

const second = 1000;

export class DeadlinesResource {
  @IsInt() @Min(10) @Max(60 * second) connect: number = 3 * second;
  @IsInt() @Min(10) @Max(600 * second) firstToken: number = 30 * second;
  @IsInt() @Min(10) @Max(600 * second) interToken: number = 30 * second;
  @IsInt() @Min(10) @Max(3600 * second) attempt: number = 300 * second;
  @IsInt() @Min(10) @Max(3600 * second) total: number = 600 * second;
}

export class RouteResource {
  @Matches(id, idRule) id!: string;
  @IsNotEmpty() @IsString() model!: string;
  @AreTiers() tiers!: string[][];
  @IsObject() @ValidateNested() @Type(() => DeadlinesResource) deadlines: DeadlinesResource = new DeadlinesResource();
}

const name = /^[\w.@-]{1,64}$/;
const nameRule = { message: '$property must be 1 to 64 letters, digits or . _ @ -' };

export class KeyResource {
  @Matches(id, idRule) id!: string;
  @Matches(/^[0-9a-f]{64}$/, {
    message: "sha256 must be the key's SHA-256 in lower-case hexadecimal; never the key itself",
  })
  sha256!: string;
  @Matches(name, nameRule) tenant: string = 'default';
  @Matches(name, nameRule) team: string = 'default';
  @Matches(name, nameRule) agent: string = 'default';
  @IsArray() @ArrayNotEmpty() @IsString({ each: true }) routes: string[] = ['*'];
  @IsBoolean() operator: boolean = false;
}

export class HealthResource {
  @IsInt() @Min(1) @Max(100) consecutiveFailures: number = 3;
  @IsInt() @Min(10) @Max(600 * second) openMs: number = 5 * second;
  @IsInt() @Min(10) @Max(3600 * second) maxOpenMs: number = 300 * second;
}

/** The whole configuration, as the files together say it. */
export class ConfigurationResource {
  @IsArray() @ArrayMinSize(1) @ValidateNested({ each: true }) @Type(() => ChannelResource) channels!: ChannelResource[];
  @IsArray() @ArrayMinSize(1) @ValidateNested({ each: true }) @Type(() => ModelResource) models!: ModelResource[];
  @IsArray() @ArrayMinSize(1) @ValidateNested({ each: true }) @Type(() => TargetResource) targets!: TargetResource[];
  @IsArray() @ArrayMinSize(1) @ValidateNested({ each: true }) @Type(() => RouteResource) routes!: RouteResource[];
  @IsArray() @ArrayMinSize(1) @ValidateNested({ each: true }) @Type(() => KeyResource) keys!: KeyResource[];
  @IsObject() @ValidateNested() @Type(() => HealthResource) health: HealthResource = new HealthResource();
  @IsArray() @IsString({ each: true }) extraParameters: string[] = [];
}
