import type { Server as HttpServer } from 'node:http';
import { Door, type DoorMode } from './door.js';

export interface DoorState {
  readonly id: string;
  readonly mode: DoorMode;
  readonly port: number;
  /** Channels stand behind it as behind the simulator's own URL. */
  readonly url: string;
}

/** The extra ports of a simulator, by name. */
export class Doors {
  private readonly doors = new Map<string, Door>();

  constructor(
    private readonly inner: HttpServer,
    private readonly host: string,
  ) {}

  /** Makes a door, or turns one that is there. The port counts only for a new one; 0 takes a free one. */
  async turn(id: string, mode: DoorMode, port = 0): Promise<DoorState> {
    const known = this.doors.get(id);
    const door = known ?? new Door(this.inner, this.host);
    await (known === undefined ? door.turn(mode, port) : door.turn(mode));
    this.doors.set(id, door);
    return this.stateOf(id, door);
  }

  list(): readonly DoorState[] {
    return [...this.doors].map(([id, door]) => this.stateOf(id, door));
  }

  async close(): Promise<void> {
    await Promise.all([...this.doors.values()].map((door) => door.close()));
  }

  private stateOf(id: string, { mode, port }: Door): DoorState {
    const scheme = mode === 'self-signed' ? 'https' : 'http';
    return { id, mode, port, url: `${scheme}://${this.host}:${port}` };
  }
}
