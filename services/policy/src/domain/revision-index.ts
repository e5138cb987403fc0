import type { ApiKey, Model, Revision, Route, Target } from '#libs/contracts';

/** A revision arranged for looking up. */
export interface RevisionIndex {
  readonly number: number;
  readonly routes: ReadonlyMap<string, Route>;
  readonly targets: ReadonlyMap<string, Target>;
  readonly models: ReadonlyMap<string, Model>;
  readonly keys: ReadonlyMap<string, ApiKey>;
}

export function indexRevision(revision: Revision): RevisionIndex {
  const byId = <Item extends { readonly id: string }>(items: readonly Item[]): ReadonlyMap<string, Item> =>
    new Map(items.map((item) => [item.id, item]));
  return {
    number: revision.number,
    routes: byId(revision.routes),
    targets: byId(revision.targets),
    models: byId(revision.models),
    keys: byId(revision.keys),
  };
}
