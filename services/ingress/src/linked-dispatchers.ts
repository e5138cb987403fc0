import type { DispatcherLink } from '#libs/bus';

/** More than this waiting for one dispatcher means that it does not read. */
const MOST_BACKLOG = 8 * 1024 * 1024;

/** The dispatchers that are connected, and how many of this ingress's calls each has. */
export class LinkedDispatchers {
  private readonly calls = new Map<DispatcherLink, number>();
  private readonly suspected = new Set<string>();

  get suspects(): Iterable<string> {
    return this.suspected;
  }

  add(link: DispatcherLink): void {
    this.calls.set(link, 0);
  }

  remove(link: DispatcherLink): void {
    this.calls.delete(link);
    if (!this.isLinked(link.dispatcher)) this.suspected.delete(link.dispatcher);
  }

  /** Gets no more calls until it is trusted again. */
  suspect(dispatcher: string): void {
    if (this.isLinked(dispatcher)) this.suspected.add(dispatcher);
  }

  trust(dispatcher: string): void {
    this.suspected.delete(dispatcher);
  }

  /** The one with the fewest calls, which has one more from now on; of equals the one that waited longest. */
  take(): DispatcherLink | undefined {
    let [least, fewest]: [DispatcherLink | undefined, number] = [undefined, Infinity];
    for (const [link, count] of this.calls) {
      if (count < fewest && this.takesCalls(link)) [least, fewest] = [link, count];
    }
    if (!least) return undefined;
    // Set anew, it stands last.
    this.calls.delete(least);
    this.calls.set(least, fewest + 1);
    return least;
  }

  release(link: DispatcherLink): void {
    const count = this.calls.get(link);
    if (count !== undefined) this.calls.set(link, count - 1);
  }

  private isLinked(dispatcher: string): boolean {
    return [...this.calls.keys()].some((link) => link.dispatcher === dispatcher);
  }

  private takesCalls({ dispatcher, draining, backlog }: DispatcherLink): boolean {
    return !draining && backlog < MOST_BACKLOG && !this.suspected.has(dispatcher);
  }
}
