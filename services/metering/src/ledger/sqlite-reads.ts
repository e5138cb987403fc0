import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';

type Answer = { readonly id: number } & ({ readonly rows: unknown[] } | { readonly error: string });

/**
 * Kysely on a file that is only read, in a thread of its own: SQLite answers in the thread that asks, and a sum over
 * millions of rows would keep this process from everything else.
 */
export function sqliteReadsDialect(file: string): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ReadsDriver(file),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class ReadsDriver implements Driver {
  private thread: ReaderThread | undefined;

  constructor(private readonly file: string) {}

  async init(): Promise<void> {}

  /** A thread that died is replaced by the next question. */
  async acquireConnection(): Promise<DatabaseConnection> {
    this.thread = this.thread?.alive ? this.thread : new ReaderThread(this.file);
    return this.thread;
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.thread?.end();
  }

  beginTransaction = refuse;
  commitTransaction = refuse;
  rollbackTransaction = refuse;
}

async function refuse(): Promise<never> {
  throw new Error('this connection only reads');
}

/** Takes any number of questions, and answers them one after another. */
class ReaderThread implements DatabaseConnection {
  private readonly worker: Worker;
  private readonly asked = new Map<number, PromiseWithResolvers<unknown[]>>();
  private count = 0;
  alive = true;

  constructor(file: string) {
    const script = new URL(`./sqlite-reads.worker${extname(import.meta.url)}`, import.meta.url);
    this.worker = new Worker(script, { workerData: file });
    this.worker.on('message', (answer: Answer) => this.settle(answer));
    this.worker.once('error', (error) => this.fail(error));
    this.worker.once('exit', () => this.fail(new Error('the reader of the ledger has ended')));
    this.worker.unref();
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const answered = Promise.withResolvers<unknown[]>();
    const id = (this.count += 1);
    this.asked.set(id, answered);
    this.worker.postMessage({ id, sql, parameters });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the query's own type, as in every driver
    return { rows: (await answered.promise) as Row[] };
  }

  async *streamQuery(): AsyncIterableIterator<never> {
    yield await refuse();
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private settle(answer: Answer): void {
    const asked = this.asked.get(answer.id);
    this.asked.delete(answer.id);
    if ('rows' in answer) asked?.resolve(answer.rows);
    else asked?.reject(new Error(answer.error));
  }

  private fail(error: Error): void {
    this.alive = false;
    for (const { reject } of this.asked.values()) reject(error);
    this.asked.clear();
  }
}
