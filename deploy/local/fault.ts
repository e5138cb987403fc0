import { runFaultCommand } from './fault-control.js';

const { BREAKWATER_SIMULATOR_PORT: port = '8090', BREAKWATER_SIMULATOR_URL: given } = process.env;
const url = given ?? `http://127.0.0.1:${port}`;
const { exitCode, text } = await runFaultCommand(process.argv.slice(2), url);
if (exitCode === 0) console.log(text);
else console.error(text);
process.exitCode = exitCode;
