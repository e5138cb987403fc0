import type { ListedRoute } from '../surface.js';

const encoder = new TextEncoder();

/** A route has no date of its own: `created` is the epoch. */
export function renderModels(routes: readonly ListedRoute[]): Uint8Array {
  const data = routes.map(({ id }) => ({ id, object: 'model', created: 0, owned_by: 'breakwater' }));
  return encoder.encode(JSON.stringify({ object: 'list', data }));
}
