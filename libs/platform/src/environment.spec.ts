import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsString, Matches, Max, Min } from 'class-validator';
import fc from 'fast-check';
import { loadEnvironment } from '#libs/platform';

class Settings {
  @IsString({ message: 'SPEC_URL is missing; set it to http://host' })
  readonly SPEC_URL!: string;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10)
  readonly SPEC_COUNT: number = 3;

  @IsIn(['os', 'disk'])
  readonly SPEC_MODE: string = 'os';

  @Matches(/^[a-z]+$/, { message: 'SPEC_SECRET must be lower case letters' })
  readonly SPEC_SECRET: string = 'secret';
}

const names = ['SPEC_URL', 'SPEC_COUNT', 'SPEC_MODE', 'SPEC_SECRET'] as const;
type Given = Partial<Record<(typeof names)[number], string>>;

function clear(): void {
  for (const name of names) delete process.env[name];
}
beforeEach(clear);
afterEach(clear);

function load(given: Given): Settings {
  clear();
  Object.assign(process.env, given);
  return loadEnvironment(Settings);
}

function refusalOf(given: Given): string {
  try {
    load(given);
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('loadEnvironment', () => {
  it('reads what is set and keeps the defaults of the rest', () => {
    expect(load({ SPEC_URL: 'http://a', SPEC_COUNT: '7' })).toMatchObject({
      SPEC_URL: 'http://a',
      SPEC_COUNT: 7,
      SPEC_MODE: 'os',
      SPEC_SECRET: 'secret',
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(load({ SPEC_URL: 'http://a', SPEC_COUNT: '', SPEC_MODE: '' })).toMatchObject({
      SPEC_COUNT: 3,
      SPEC_MODE: 'os',
    });
    expect(refusalOf({ SPEC_URL: '' })).toContain('SPEC_URL is missing');
  });

  it('names every wrong variable, and only those, at once', () => {
    const values = {
      SPEC_URL: { good: 'http://a', bad: '' },
      SPEC_COUNT: { good: '10', bad: '11' },
      SPEC_MODE: { good: 'disk', bad: 'tape' },
      SPEC_SECRET: { good: 'hunter', bad: 'HUNTER2' },
    };
    fc.assert(
      fc.property(fc.subarray([...names]), (wrong) => {
        const given: Given = {};
        for (const name of names) given[name] = values[name][wrong.includes(name) ? 'bad' : 'good'];
        const refusal = refusalOf(given);
        expect(names.filter((name) => refusal.includes(name))).toEqual(wrong);
        expect(refusal.split('\n')).toHaveLength(1);
      }),
    );
  });

  it('never tells what was set', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9]{6,20}$/), (secret) => {
        const refusal = refusalOf({ SPEC_SECRET: `${secret}!`, SPEC_COUNT: secret, SPEC_MODE: secret });
        expect(refusal).toContain('SPEC_SECRET');
        expect(refusal).not.toContain(secret);
      }),
    );
  });
});
