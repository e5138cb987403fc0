import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

// Runs as it is also where nothing was compiled: it may import nothing but Node's own modules.
const file: unknown = workerData;
const database = new DatabaseSync(String(file), { readOnly: true, timeout: 5000 });

interface Question {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly (string | number | null)[];
}

parentPort?.on('message', ({ id, sql, parameters }: Question) => {
  try {
    parentPort?.postMessage({ id, rows: database.prepare(sql).all(...parameters) });
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
