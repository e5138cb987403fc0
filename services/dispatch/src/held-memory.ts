/** Counts what all calls of this process hold back from their callers, so that together they cannot use up its memory. */
export class HeldMemory {
  private taken = 0;

  constructor(private readonly limit: number) {}

  get held(): number {
    return this.taken;
  }

  /** False where there is no room for so many bytes more. */
  take(bytes: number): boolean {
    if (this.taken + bytes > this.limit) return false;
    this.taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
}
