import { ValidateBy } from 'class-validator';
import { isJsonObject } from '#libs/kernel';

function isCredential(value: unknown): boolean {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return false;
  if (typeof value['env'] === 'string') return /^[A-Za-z_]\w*$/.test(value['env']);
  if (typeof value['file'] === 'string') return value['file'] !== '';
  return value['none'] === true;
}

/** Where a secret is read from; the message repeats nothing of the value, which may be a secret put there by mistake. */
export function IsCredential(): PropertyDecorator {
  return ValidateBy({
    name: 'isCredential',
    validator: {
      validate: isCredential,
      defaultMessage: () =>
        '$property must be {env: NAME}, {file: PATH} or {none: true}; a secret itself is never written here',
    },
  });
}
