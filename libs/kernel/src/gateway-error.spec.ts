import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { errorCatalogue, GatewayError, type ErrorCode } from '#libs/kernel';

const codes = fc.constantFrom<ErrorCode>('invalid_json', 'overloaded', 'targets_timed_out', 'provider_rejected');
const details = fc.record(
  {
    field: fc.string(),
    retryAfterMs: fc.nat(),
    status: fc.integer({ min: 400, max: 599 }),
  },
  { requiredKeys: [] },
);

describe('GatewayError', () => {
  it("takes its status from the catalogue, unless a provider's own must reach the caller", () => {
    expect(new GatewayError('route_not_found', 'no such route').status).toBe(404);
    expect(new GatewayError('provider_rejected', 'too long', { status: 422 }).status).toBe(422);
  });

  it('is the same error on the other side of a border', () => {
    fc.assert(
      fc.property(codes, fc.string(), details, (code, message, given) => {
        const sent = new GatewayError(code, message, given);
        const received = GatewayError.from(sent.describe());
        expect(received).toBeInstanceOf(GatewayError);
        expect(received.describe()).toStrictEqual(sent.describe());
        expect(JSON.parse(JSON.stringify(sent.describe()))).toEqual({
          code,
          message,
          status: errorCatalogue[code],
          ...given,
        });
      }),
    );
  });

  it('never lets its cause travel', () => {
    const cause = new Error('password hunter2 refused');
    const error = new GatewayError('not_ready', 'NATS does not answer', { cause });
    expect(error.cause).toBe(cause);
    expect(JSON.stringify(error.describe())).not.toContain('hunter2');
    expect(Object.keys(error.describe())).toEqual(['code', 'status', 'message']);
  });
});
