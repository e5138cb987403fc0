import { Type } from 'class-transformer';
import { IsInt, IsNotEmpty, Max, Min } from 'class-validator';

export class ConsoleEnvironment {
  @IsNotEmpty()
  readonly BREAKWATER_CONSOLE_HOST: string = '127.0.0.1';

  /** 0 takes any free port. */
  @Type(() => Number)
  @IsInt({ message: 'BREAKWATER_CONSOLE_PORT must be a port number' })
  @Min(0)
  @Max(65_535)
  readonly BREAKWATER_CONSOLE_PORT: number = 8081;
}
