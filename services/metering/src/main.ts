import { bootstrapWorker } from '#libs/platform';
import { MeteringModule } from './metering.module.js';

await bootstrapWorker(MeteringModule, 'metering');
