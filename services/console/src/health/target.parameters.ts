import { IsNotEmpty, IsOptional, MaxLength } from 'class-validator';

/** The path of `POST /targets/:id/…`, the id URL-encoded. */
export class TargetParameters {
  @MaxLength(256, { message: 'id must be a target id from GET /targets, URL-encoded' })
  readonly id!: string;
}

/** The query of `POST /targets/:id/…`. */
export class ReasonParameters {
  @IsOptional()
  @MaxLength(500, { message: 'reason must be given once, with at most 500 characters' })
  @IsNotEmpty({ message: 'reason must not be empty; say why, or leave it out' })
  readonly reason?: string;
}
