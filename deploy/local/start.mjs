// @ts-check
import { setUp } from './setup.mjs';
import { runNode } from './shell.mjs';

const args = ['--enable-source-maps', 'dist/deploy/local/main.js', ...process.argv.slice(2)];
process.exitCode = await runNode(setUp(['nats', 'redis']), args, { tether: true });
