interface Event {
  readonly at: number;
  readonly happen: () => void;
}

/** Simulated time: what was planned happens in order, as fast as it can. A binary heap. */
export class EventQueue {
  now: number;
  private readonly heap: Event[] = [];

  constructor(startAt: number) {
    this.now = startAt;
  }

  get planned(): number {
    return this.heap.length;
  }

  after(ms: number, happen: () => void): void {
    const event = { at: this.now + ms, happen };
    let index = this.heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.heap[parent];
      if (above === undefined || above.at <= event.at) break;
      this.heap[index] = above;
      index = parent;
    }
    this.heap[index] = event;
  }

  runUntil(end: number): void {
    for (;;) {
      const next = this.take();
      if (next === undefined || next.at > end) return;
      this.now = next.at;
      next.happen();
    }
  }

  private take(): Event | undefined {
    const [first] = this.heap;
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const child = this.lesserChild(index);
      const below = this.heap[child];
      if (below === undefined || below.at >= last.at) break;
      this.heap[index] = below;
      index = child;
    }
    this.heap[index] = last;
    return first;
  }

  private lesserChild(index: number): number {
    const left = this.heap[index * 2 + 1];
    const right = this.heap[index * 2 + 2];
    return left && right && right.at < left.at ? index * 2 + 2 : index * 2 + 1;
  }
}
