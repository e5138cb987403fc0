import { isJsonObject, type JsonObject } from '#libs/kernel';
import { storable } from '../ledger/storable.js';

/** A record that cannot become a row: which field, and what is wrong with it. Never the value. */
export class BadRecord extends Error {
  override readonly name = 'BadRecord';
}

/** A database index takes no longer key on every server, and no id of ours comes near it. */
const ID_LENGTH = 128;
const TEXT_LENGTH = 512;
/** A million of the currency, or as many tokens, in one attempt is an error; and sums of such stay exact integers. */
const MAX_AMOUNT = 1_000_000_000_000;
/** The end of the year 9999: later days have no `YYYY-MM-DD`. */
const MAX_TIME = Date.UTC(10_000, 0) - 1;

/** Reads a record's fields as what a row holds. Every method throws BadRecord. */
export class RecordFields {
  constructor(
    private readonly record: JsonObject,
    private readonly path = '',
  ) {}

  within(name: string): RecordFields {
    const value = this.record[name];
    if (!isJsonObject(value)) throw this.bad(name, 'is not an object');
    return new RecordFields(value, `${this.path}${name}.`);
  }

  /** The whole of it, for columns that are kept as they came. */
  json(): string {
    return storable(JSON.stringify(this.record));
  }

  id(name: string): string {
    const value = this.record[name];
    if (typeof value !== 'string' || value === '' || value.length > ID_LENGTH) {
      throw this.bad(name, `is not a string of 1 to ${ID_LENGTH} characters`);
    }
    return storable(value);
  }

  /** Some texts come from providers, who may send anything: it is cut, not refused, since the attempt was paid. */
  text(name: string): string {
    const value = this.record[name];
    if (typeof value !== 'string') throw this.bad(name, 'is not a string');
    return storable(value.slice(0, TEXT_LENGTH));
  }

  textOrNull(name: string): string | null {
    return this.isAbsent(name) ? null : this.text(name);
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value {
    const found = values.find((value) => value === this.record[name]);
    if (found === undefined) throw this.bad(name, `is none of ${values.join(', ')}`);
    return found;
  }

  flag(name: string): number {
    const value = this.record[name];
    if (typeof value !== 'boolean') throw this.bad(name, 'is not a boolean');
    return value ? 1 : 0;
  }

  flagOrFalse(name: string): number {
    return this.isAbsent(name) ? 0 : this.flag(name);
  }

  /** Money, tokens, bytes, counts: exact. */
  amount(name: string): number {
    const value = this.number(name, MAX_AMOUNT);
    if (!Number.isInteger(value)) throw this.bad(name, 'is not an integer');
    return value;
  }

  amountOrNull(name: string): number | null {
    return this.isAbsent(name) ? null : this.amount(name);
  }

  /** Clocks give fractions of a millisecond; the ledger keeps none. */
  milliseconds(name: string): number {
    return Math.round(this.number(name, MAX_TIME));
  }

  millisecondsOrNull(name: string): number | null {
    return this.isAbsent(name) ? null : this.milliseconds(name);
  }

  private number(name: string, most: number): number {
    const value = this.record[name];
    if (typeof value !== 'number' || !(value >= 0 && value <= most))
      throw this.bad(name, `is not a number from 0 to ${most}`);
    return value;
  }

  private isAbsent(name: string): boolean {
    return this.record[name] === undefined || this.record[name] === null;
  }

  private bad(name: string, problem: string): BadRecord {
    return new BadRecord(`${this.path}${name} ${problem}`);
  }
}
