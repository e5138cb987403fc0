import { Matches } from 'class-validator';

/** The path of `GET /calls/:requestId`. */
export class CallParameters {
  @Matches(/^[\w.:-]{1,128}$/, { message: "requestId must be the id from an answer's request-id header" })
  readonly requestId!: string;
}
