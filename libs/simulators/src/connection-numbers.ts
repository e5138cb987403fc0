import type { Socket } from 'node:net';

/** Numbers connections in the order of their first calls. */
export class ConnectionNumbers {
  private readonly numbers = new WeakMap<Socket, number>();
  private last = 0;

  numberOf(socket: Socket): number {
    const number = this.numbers.get(socket) ?? (this.last += 1);
    this.numbers.set(socket, number);
    return number;
  }
}
