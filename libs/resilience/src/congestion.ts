/** One 429, and whether the credential's last reading had left room for the call. */
export interface RateLimited {
  readonly credential: string;
  readonly provider: string;
  readonly model: string;
  readonly hadQuotaLeft: boolean;
  readonly now: number;
}

/** Credentials that were refused although they had quota left, by provider and model, with the time. */
export interface CongestionState {
  readonly refused: Map<string, Map<string, number>>;
}

const WITHIN_MS = 10_000;
const MAX_PLACES = 1000;
const MAX_CREDENTIALS = 100;

export function newCongestion(): CongestionState {
  return { refused: new Map() };
}

/**
 * Whose limit a 429 is about. Two independent credentials refused at once, with quota left, are the provider's own
 * congestion: then it is the fault `overloaded`.
 */
export function noteRateLimit(state: CongestionState, limited: RateLimited): 'own' | 'congestion' {
  if (!limited.hadQuotaLeft) return 'own';
  const place = JSON.stringify([limited.provider, limited.model]);
  const refused = state.refused.get(place) ?? new Map<string, number>();
  // Set anew, so that the oldest stands first in either map.
  state.refused.delete(place);
  state.refused.set(place, refused);
  refused.delete(limited.credential);
  refused.set(limited.credential, limited.now);
  for (const [credential, at] of refused) if (limited.now - at > WITHIN_MS) refused.delete(credential);
  dropOldest(refused, MAX_CREDENTIALS);
  dropOldest(state.refused, MAX_PLACES);
  return refused.size >= 2 ? 'congestion' : 'own';
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
