import type { Dispatcher } from 'undici';

/** Reads a body of known length into one buffer: a large prompt is copied once, not joined from pieces. */
export class ClaimReader implements Dispatcher.DispatchHandler {
  readonly read = Promise.withResolvers<Uint8Array>();
  private readonly body: Buffer;
  private at = 0;

  constructor(bytes: number) {
    this.body = Buffer.allocUnsafeSlow(bytes);
  }

  onRequestStart(): void {
    // Nothing to do before the answer.
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status !== 200) controller.abort(new Error(`the body is gone (${status})`));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.at += chunk.copy(this.body, this.at);
  }

  onResponseEnd(): void {
    if (this.at === this.body.byteLength) this.read.resolve(this.body);
    else this.read.reject(new Error('the body is not as long as was said'));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.read.reject(error);
  }
}
