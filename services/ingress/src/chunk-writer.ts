import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const CRLF = '\r\n';

/**
 * Writes an answer's body piece by piece. Node makes four writes of a chunk, which for a stream of tokens cost more than
 * all else that is done with them: here the framing of RFC 9112 (7.1) and the bytes are one.
 */
export class ChunkWriter {
  private begun = false;
  private full = false;

  /** @param drained the caller has taken all that `write` said was too much */
  constructor(
    private readonly response: ServerResponse,
    private readonly drained: () => void,
  ) {
    response.on('drain', drained);
  }

  /** False asks to wait until it has drained. */
  write(bytes: Uint8Array): boolean {
    const { response } = this;
    const { socket } = response;
    // The head goes with the first piece; an answer behind another on its connection has no socket yet; HTTP/1.0 has no chunks.
    if (!this.begun || !socket || !response.chunkedEncoding || response.writableEnded) {
      this.begun = true;
      return response.write(bytes);
    }
    if (bytes.byteLength === 0 || socket.destroyed) return true;
    leaveTogether(socket);
    if (socket.write(framed(bytes))) return true;
    if (!this.full) {
      this.full = true;
      socket.once('drain', () => {
        this.full = false;
        this.drained();
      });
    }
    return false;
  }
}

/** What comes within one turn, several tokens or the last of them and the end, is one write. */
function leaveTogether(socket: Socket): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  process.nextTick(uncork, socket);
}

function uncork(socket: Socket): void {
  socket.uncork();
}

function framed(bytes: Uint8Array): Buffer {
  const size = bytes.byteLength.toString(16) + CRLF;
  const chunk = Buffer.allocUnsafe(size.length + bytes.byteLength + CRLF.length);
  chunk.write(size, 'latin1');
  chunk.set(bytes, size.length);
  chunk.write(CRLF, size.length + bytes.byteLength, 'latin1');
  return chunk;
}
