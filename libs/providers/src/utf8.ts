/** Decodes without copying the bytes first; faster than a TextDecoder on the short texts of stream events. */
export function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
