import { ValidateBy } from 'class-validator';

const isIdList = (tier: unknown): boolean =>
  Array.isArray(tier) && tier.length > 0 && tier.every((target) => typeof target === 'string' && target !== '');

/** A list of at least one tier, each a list of at least one target id: `[[a, b], [c]]`. */
export function AreTiers(): PropertyDecorator {
  return ValidateBy({
    name: 'areTiers',
    validator: {
      validate: (value) => Array.isArray(value) && value.length > 0 && value.every(isIdList),
      defaultMessage: () => '$property must be a list of tiers, each a list of target ids, such as [[a, b], [c]]',
    },
  });
}
