import { GatewayError } from '#libs/kernel';
import type { StreamSink } from './answer-readers.js';
import type { HeldMemory } from './held-memory.js';

export interface CommittedEvents {
  /** The attempt has content: others that race it may be stopped. */
  readonly content: () => void;
  /** The answer is more than one call may hold: the attempt has failed. */
  readonly tooLong: () => void;
  /** The answers of the process together are more than it may hold: the call has failed. */
  readonly noRoom: (error: GatewayError) => void;
}

/** What one answer may hold. */
export const MAX_HELD_BYTES = 64 * 1024 * 1024;

/** Holds one attempt's stream until it is whole: until then it may fail unseen. */
export class CommittedSink implements StreamSink {
  /** Whatever becomes of the attempt, the caller has nothing of it. */
  readonly committed = false;
  /** Holding never asks to pause. */
  onDrain: (() => void) | undefined;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private begun = false;
  private full = false;

  constructor(
    private readonly memory: HeldMemory,
    private readonly events: CommittedEvents,
  ) {}

  commit(): void {
    if (this.begun) return;
    this.begun = true;
    this.events.content();
  }

  write(bytes: Uint8Array): true {
    if (this.full) return true;
    if (this.heldBytes + bytes.byteLength > MAX_HELD_BYTES) return this.refuse(this.events.tooLong);
    if (!this.memory.take(bytes.byteLength)) return this.refuse(() => this.events.noRoom(noRoomError()));
    this.held.push(bytes);
    this.heldBytes += bytes.byteLength;
    return true;
  }

  /** All that is held, in order; it counts as held until it is dropped. */
  get pieces(): readonly Uint8Array[] {
    return this.held;
  }

  /** The attempt failed, or its answer has been given: nothing of it is left here. */
  drop(): void {
    this.memory.give(this.heldBytes);
    this.held = [];
    this.heldBytes = 0;
  }

  /** What was written is lost, so nothing after it counts. */
  private refuse(tell: () => void): true {
    this.drop();
    this.full = true;
    tell();
    return true;
  }
}

/** What an attempt's sink holds, if it is one that holds anything, is not asked for any more. */
export function dropHeld(sink: StreamSink): void {
  if (sink instanceof CommittedSink) sink.drop();
}

function noRoomError(): GatewayError {
  const why = 'the answers that this dispatcher holds until they are whole fill the memory they may take';
  return new GatewayError('overloaded', `${why}; try again, or ask an operator to raise BREAKWATER_HELD_BYTES`, {
    retryAfterMs: 1000,
  });
}
