import { fork } from 'node:child_process';
import { once } from 'node:events';
import { StartFailure } from '../../deploy/local/start-failure.js';
import { isLoadReport, type LoadOrder, type LoadReport } from './load.js';

/** The load generator in a process of its own. */
export interface Generator {
  /** One order at a time. */
  run(order: LoadOrder): Promise<LoadReport>;
  stop(): Promise<void>;
}

export async function startGenerator(): Promise<Generator> {
  // Detached: a Ctrl-C is ours to hear, and it ends with us by its IPC channel.
  const child = fork(new URL('./load-generator.js', import.meta.url), { detached: true });
  const ended = once(child, 'exit');
  const failed = ended.then(([code, signal]): never => {
    throw new StartFailure(`the load generator ended (${String(signal ?? code)})`);
  });
  failed.catch(() => undefined);
  await Promise.race([once(child, 'message'), failed]);
  return {
    run: async (order) => {
      const answered = once(child, 'message').then(([message]): unknown => message);
      child.send(order);
      const report = await Promise.race([answered, failed]);
      if (!isLoadReport(report)) throw new Error('the load generator sent no report');
      return report;
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
