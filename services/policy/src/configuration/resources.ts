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
import { HealthResource } from './health.resource.js';
import { StatusPageResource } from './status-page.resource.js';
import { IsId } from './is-id.js';
import { IsCredential } from './is-credential.js';
import { RouteResource } from './route.resource.js';

const provider = ['openai', 'openai-compatible', 'anthropic'];

export class ChannelResource {
  @IsId() id!: string;
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
  @IsOptional() @IsObject() @ValidateNested() @Type(() => StatusPageResource) statusPage?: StatusPageResource;
}

export class ModelResource {
  @IsId() id!: string;
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

export class LimitsResource {
  @IsOptional() @IsInt() @Min(1) concurrency?: number;
  @IsOptional() @IsInt() @Min(1) tokensInFlight?: number;
}

export class TargetResource {
  @IsId() id!: string;
  @IsNotEmpty() @IsString() model!: string;
  @IsNotEmpty() @IsString() channel!: string;
  @IsId() providerModel!: string;
  @IsInt() @Min(1) @Max(1000) weight: number = 1;
  @IsObject() @ValidateNested() @Type(() => PriceResource) price!: PriceResource;
  @IsObject() @ValidateNested() @Type(() => LimitsResource) limits: LimitsResource = new LimitsResource();
  @IsBoolean() acceptsContinuation: boolean = false;
  @IsArray() @IsNotEmpty({ each: true }) @IsString({ each: true }) servedAs: string[] = [];
}

const name = /^[\w.@-]{1,64}$/;
const nameRule = { message: '$property must be 1 to 64 letters, digits or . _ @ -' };

export class KeyResource {
  @IsId() id!: string;
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
