import { runFaultCommand } from './fault-control.js';

const url = process.env['BREAKWATER_SIMULATOR_URL'] ?? 'http://127.0.0.1:8090';
const { exitCode, text } = await runFaultCommand(process.argv.slice(2), url);
if (exitCode === 0) console.log(text);
else console.error(text);
process.exitCode = exitCode;
