import { IsArray, IsNotEmpty, IsString, IsUrl } from 'class-validator';

export class StatusPageResource {
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false, disallow_auth: true },
    { message: '$property must be the http or https address of a status page' },
  )
  url!: string;
  @IsArray() @IsNotEmpty({ each: true }) @IsString({ each: true }) components: string[] = [];
}
