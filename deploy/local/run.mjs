// @ts-check
// `run.mjs` sets up and builds; `run.mjs deploy/local/fault …` then runs that script of ours on Node 24.
import { setUp } from './setup.mjs';
import { runNode } from './shell.mjs';

const [script, ...args] = process.argv.slice(2);
const ready = setUp(script?.startsWith('test/') ? ['nats', 'redis'] : []);
if (script) process.exitCode = await runNode(ready, ['--enable-source-maps', `dist/${script}.js`, ...args]);
