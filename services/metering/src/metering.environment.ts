import { IsNotEmpty, IsOptional, Matches } from 'class-validator';

export class MeteringEnvironment {
  /** The embedded ledger; made where it is missing. */
  @IsNotEmpty()
  readonly BREAKWATER_LEDGER_FILE: string = '.breakwater/ledger.sqlite';

  /** Given, the ledger is on that PostgreSQL server and there is no file. */
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, {
    message: 'DATABASE_URL must be a URL like postgresql://user:password@host:5432/name',
  })
  readonly DATABASE_URL?: string;
}
