import { bootstrapWorker } from '#libs/platform';
import { PolicyModule } from './policy.module.js';

await bootstrapWorker(PolicyModule, 'policy');
