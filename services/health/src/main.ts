import { bootstrapWorker } from '#libs/platform';
import { HealthModule } from './health.module.js';

await bootstrapWorker(HealthModule, 'health');
