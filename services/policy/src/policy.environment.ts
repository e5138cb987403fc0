import { IsString } from 'class-validator';

export class PolicyEnvironment {
  /** Paths of YAML files, separated by commas; together they are one configuration. */
  @IsString({ message: 'BREAKWATER_CONFIG is missing; set it to the path of a configuration file' })
  readonly BREAKWATER_CONFIG!: string;
}
