import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { serverEnvironment, type OwnServer, type ServerHome } from '../../deploy/local/own-server.js';
import { freePort } from '../../deploy/local/ports.js';
import { startServer, type TestServer } from './server.js';

const run = promisify(execFile);

/** A PostgreSQL server of a test's own; its one database is `postgres`. */
export function startPostgres(): Promise<TestServer> {
  return startServer(ownPostgres);
}

async function ownPostgres({ directory, environment }: ServerHome): Promise<OwnServer> {
  const env = serverEnvironment(environment);
  const [binaries, port] = await Promise.all([findBinaries(environment['POSTGRES_INITDB_BIN'], env), freePort()]);
  const data = join(directory, 'data');
  const password = randomBytes(24).toString('hex');
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, password);
  const [command, ...prefix] = await asOrdinaryUser(directory);
  const initdb = [join(binaries, 'initdb'), '--pgdata', data, '--pwfile', passwordFile, '--no-sync'];
  const settings = ['--username=breakwater', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'];
  await run(command, [...prefix, ...initdb, ...settings], { env });
  const url = `postgresql://breakwater:${password}@127.0.0.1:${port}/postgres`;
  const listen = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'];
  return {
    url,
    process: {
      name: 'postgres',
      command,
      args: [...prefix, join(binaries, 'postgres'), '-D', data, '-p', String(port), ...listen],
      env,
      readiness: { by: 'line', text: 'ready to accept connections', verify: () => assertDataDirectory(url, data) },
    },
  };
}

/** @throws when no PostgreSQL server is installed: clients alone will not do. */
async function findBinaries(initdb: string | undefined, env: { readonly [name: string]: string }): Promise<string> {
  if (initdb) return dirname(initdb);
  const folders = (env['PATH'] ?? '').split(delimiter);
  // Debian keeps them off the path, one folder a version.
  for await (const folder of glob('/usr/lib/postgresql/*/bin')) folders.push(folder);
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  if (found === undefined)
    throw new Error('no PostgreSQL server found: install postgresql, or set POSTGRES_INITDB_BIN');
  return found;
}

/**
 * PostgreSQL refuses to run as root: then the system's own user for it must own the folder and run the programs.
 * @returns what to put before a command. `env` without arguments changes nothing.
 */
async function asOrdinaryUser(directory: string): Promise<readonly [string, ...string[]]> {
  if (process.getuid?.() !== 0) return ['env'];
  await run('chown', ['-R', 'postgres:postgres', directory]);
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'];
}

async function assertDataDirectory(url: string, data: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  await client.end();
  if (rows[0]?.data_directory !== data) throw new Error(`another server listens on ${new URL(url).host}`);
}
