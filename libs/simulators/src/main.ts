import { settingsFrom } from './settings.js';
import { startSimulator, type Simulator } from './simulator.js';

try {
  const simulator = await startSimulator(settingsFrom(process.env));
  process.send?.({ ready: true, port: simulator.port });
  closeWith(simulator);
} catch (error) {
  process.stderr.write(`simulator: ${explain(error)}\n`);
  process.exitCode = 1;
  // The channel to a parent would keep this process alive.
  if (process.connected) process.disconnect();
}

function closeWith(simulator: Simulator): void {
  let closing: Promise<void> | undefined;
  const close = (): void => {
    closing ??= simulator.close().finally(() => {
      if (process.connected) process.disconnect();
    });
  };
  process.once('SIGTERM', close).once('SIGINT', close).once('disconnect', close);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `port ${String(error.port)} is in use; stop what uses it, or set BREAKWATER_SIMULATOR_PORT to another.`;
  }
  return error.message;
}
