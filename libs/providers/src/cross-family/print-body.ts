import { GatewayError } from '#libs/kernel';

const encoder = new TextEncoder();

/** @throws GatewayError `nesting_too_deep`: the body itself was checked, the texts of tool calls' arguments were not. */
export function printBody(body: object): Uint8Array {
  try {
    return encoder.encode(JSON.stringify(body));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = 'the arguments of a tool call are nested too deeply; flatten them';
    throw new GatewayError('nesting_too_deep', message, { field: 'messages' });
  }
}
