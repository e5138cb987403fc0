import { Matches } from 'class-validator';

/** A name that may stand in headers, subjects and file names. */
export function IsId(): PropertyDecorator {
  return Matches(/^[\w.:@/-]{1,128}$/, { message: '$property must be 1 to 128 letters, digits or . _ : @ / -' });
}
