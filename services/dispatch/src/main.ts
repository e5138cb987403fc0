import { bootstrapWorker } from '#libs/platform';
import { DispatchModule } from './dispatch.module.js';

await bootstrapWorker(DispatchModule, 'dispatch');
