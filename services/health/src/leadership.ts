import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { contend, type Lease } from '#libs/bus';
import { BusConnection, logger } from '#libs/platform';

/** How long a leader that was killed leaves the fleet without one; dispatchers decide alone meanwhile. */
const TTL_MS = 3000;

/** Of several health services one leads: it alone changes states, probes and reads status pages. */
@Injectable()
export class Leadership implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly listeners: ((leads: boolean) => void)[] = [];
  private lease: Lease | undefined;

  constructor(private readonly connection: BusConnection) {}

  get leads(): boolean {
    return this.lease?.held ?? false;
  }

  /** Called back at each change from now on. */
  onChange(listener: (leads: boolean) => void): void {
    this.listeners.push(listener);
  }

  /** Only now, when the present states are loaded, may this process change them. */
  async onApplicationBootstrap(): Promise<void> {
    const { bus, instance } = this.connection;
    const onChange = (leads: boolean): void => this.changed(leads);
    this.lease = await contend(bus, { name: 'health', holder: instance, ttlMs: TTL_MS, onChange });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lease?.release();
  }

  private changed(leads: boolean): void {
    logger('health').info({ leads, instance: this.connection.instance }, 'leadership changed');
    for (const listener of this.listeners) listener(leads);
  }
}
