import type { ListedRoute } from '../surface.js';

const encoder = new TextEncoder();

/** What a route cannot say of itself is null, its date the epoch, as Anthropic has it for unknown ones. */
const UNKNOWN = {
  created_at: '1970-01-01T00:00:00Z',
  capabilities: null,
  line: null,
  max_input_tokens: null,
  max_tokens: null,
  lifecycle: 'active',
  deprecated_at: null,
  retires_at: null,
} as const;

/** All routes are on the one page. */
export function renderModels(routes: readonly ListedRoute[]): Uint8Array {
  const data = routes.map(modelOf);
  const page = { has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return encoder.encode(JSON.stringify({ data, ...page }));
}

export function renderModel(route: ListedRoute): Uint8Array {
  return encoder.encode(JSON.stringify(modelOf(route)));
}

function modelOf({ id, model }: ListedRoute) {
  return { type: 'model', id, display_name: model, ...UNKNOWN };
}
