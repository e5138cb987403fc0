import type { ListedRoute } from '../surface.js';

const encoder = new TextEncoder();

export function renderModels(routes: readonly ListedRoute[]): Uint8Array {
  return encoder.encode(JSON.stringify({ object: 'list', data: routes.map(modelOf) }));
}

export function renderModel(route: ListedRoute): Uint8Array {
  return encoder.encode(JSON.stringify(modelOf(route)));
}

/** A route has no date of its own: `created` is the epoch. */
function modelOf({ id }: ListedRoute) {
  return { id, object: 'model', created: 0, owned_by: 'breakwater' };
}
