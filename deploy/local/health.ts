import { runHealthCommand } from './health-control.js';

const { BREAKWATER_CONSOLE_PORT: port = '8081', BREAKWATER_CONSOLE_URL: given, BREAKWATER_API_KEY: key } = process.env;
const url = given ?? `http://127.0.0.1:${port}`;
const { exitCode, text } = await runHealthCommand(process.argv.slice(2), { url, key });
if (exitCode === 0) console.log(text);
else console.error(text);
process.exitCode = exitCode;
