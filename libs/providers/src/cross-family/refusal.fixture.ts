import { GatewayError } from '#libs/kernel';
import { callBody } from '../call-body.fixture.js';
import type { Translator, WireTarget } from '../translator.js';

/** The code and the field that a translator refuses a body with; `accepted` where it does not. */
export function refusalBy(translate: Translator, target: WireTarget): (body: string) => unknown {
  return (body) => {
    try {
      translate(callBody(body), target);
    } catch (error) {
      if (error instanceof GatewayError) return [error.code, error.field];
      throw error;
    }
    return 'accepted';
  };
}
