import { isJsonObject } from '#libs/kernel';

/** Anthropic's explanation of a refusal, from `stop_details`; null where it gave none. */
export function refusalText(stopDetails: unknown): string | null {
  const explanation = isJsonObject(stopDetails) ? stopDetails['explanation'] : null;
  return typeof explanation === 'string' && explanation !== '' ? explanation : null;
}
