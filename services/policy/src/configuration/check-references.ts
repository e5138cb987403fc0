import type { ConfigurationResource } from './resources.js';

/** What class-validator cannot see: ids that clash, and names that lead nowhere. */
export function checkReferences(configuration: ConfigurationResource): string[] {
  const { channels, models, targets, routes, keys } = configuration;
  const lists = { channels, models, targets, routes, keys };
  return [
    ...Object.entries(lists).flatMap(([name, items]) => duplicates(name, items)),
    ...targets.flatMap((target, at) => [
      ...unknown(`targets[${at}].model`, target.model, models),
      ...unknown(`targets[${at}].channel`, target.channel, channels),
    ]),
    ...routes.flatMap((route, at) => routeMistakes(route, at, configuration)),
    ...keys.flatMap((key, at) =>
      key.routes.filter((route) => route !== '*').flatMap((route) => unknown(`keys[${at}].routes`, route, routes)),
    ),
  ];
}

interface Named {
  readonly id: string;
}

function routeMistakes(
  route: ConfigurationResource['routes'][number],
  at: number,
  configuration: ConfigurationResource,
): string[] {
  const { models, targets } = configuration;
  const named = route.tiers.flat();
  const twice = named.filter((id, index) => named.indexOf(id) !== index);
  const pinned = targets.some((target) => named.includes(target.id) && target.model === route.model);
  return [
    ...unknown(`routes[${at}].model`, route.model, models),
    ...named.flatMap((id) => unknown(`routes[${at}].tiers`, id, targets)),
    ...twice.map((id) => `routes[${at}].tiers: the target ${id} stands there twice`),
    ...(pinned ? [] : [`routes[${at}].tiers: no target serves the pinned model ${route.model}`]),
    ...named.flatMap((id) => unapproved(id, at, configuration)),
  ];
}

function unapproved(id: string, at: number, { models, targets }: ConfigurationResource): string[] {
  const target = targets.find((known) => known.id === id);
  const model = models.find((known) => known.id === target?.model);
  return model && !model.approved
    ? [`routes[${at}].tiers: ${id} is of the model ${model.id}, which is not approved`]
    : [];
}

function duplicates(list: string, items: readonly Named[]): string[] {
  const seen = new Set<string>();
  return items.flatMap(({ id }, at) => {
    if (seen.has(id)) return [`${list}[${at}].id: ${id} stands there twice`];
    seen.add(id);
    return [];
  });
}

function unknown(path: string, id: string, items: readonly Named[]): string[] {
  return items.some((item) => item.id === id) ? [] : [`${path}: there is no ${JSON.stringify(id)}`];
}
