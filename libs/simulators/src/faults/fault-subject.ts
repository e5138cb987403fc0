/** What a fault can be scoped by: one call, as far as faults tell calls apart. */
export interface FaultSubject {
  readonly channel: string;
  readonly model: string | undefined;
  readonly streamed: boolean;
  /** The key's digest. */
  readonly credential?: string;
  readonly promptTokens?: number;
  /** The longest answer that the caller asks for, where it says. */
  readonly maximumTokens?: number;
  /** How the conversation began: the same in all of its turns. */
  readonly opening?: string;
}
