import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { closeBus, connectBus, declareStreams, type Bus } from '#libs/bus';
import { loadEnvironment } from './environment.js';
import { PlatformEnvironment } from './platform.environment.js';

/** The process's one connection to NATS; closed after everything that uses it has drained. */
export class BusConnection implements OnApplicationShutdown {
  constructor(
    readonly bus: Bus,
    /** This process among its like. */
    readonly instance: string,
    readonly stateDirectory: string,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await closeBus(this.bus);
  }
}

async function openConnection(): Promise<BusConnection> {
  const environment = loadEnvironment(PlatformEnvironment);
  const bus = await connectBus({ url: environment.NATS_URL, name: environment.BREAKWATER_INSTANCE });
  await declareStreams(bus);
  return new BusConnection(bus, environment.BREAKWATER_INSTANCE, environment.BREAKWATER_STATE_DIR);
}

@Global()
@Module({
  providers: [{ provide: BusConnection, useFactory: openConnection }],
  exports: [BusConnection],
})
export class BusModule {}
