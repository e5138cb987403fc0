import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

/** A line to a server that can be made to lose what the server answers, as a network does. */
export interface Tap {
  /** The server's URL by way of the tap. */
  readonly url: string;
  /** From now on requests arrive, and what is answered is lost. Resolves when the first answer was. */
  loseAnswers(): Promise<void>;
  /** Breaks the line; whoever connects again has a good one. */
  breakLine(): void;
  close(): Promise<void>;
}

export async function tap(serverUrl: string): Promise<Tap> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let lost: (() => void) | undefined;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => (near.destroy(), far.destroy()));
    }
    near.pipe(far);
    far.on('data', (chunk) => void (lost ? lost() : near.write(chunk)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is one of these
  const { port } = server.address() as AddressInfo;
  const breakLine = (): void => {
    lost = undefined;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: Object.assign(new URL(serverUrl), { host: `127.0.0.1:${port}` }).href,
    loseAnswers: () => new Promise((resolve) => (lost = resolve)),
    breakLine,
    close: async () => {
      server.close();
      breakLine();
      await once(server, 'close');
    },
  };
}
