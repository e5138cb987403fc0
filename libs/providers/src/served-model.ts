/** A model id without what vendors and hosts put around it. */
interface ModelId {
  readonly base: string;
  /** Digits of the version's date; absent where the id has none. */
  readonly date?: string;
  /** `v2`, `:0`, `001`: which issue of it. */
  readonly revision?: string;
}

/** Where it is hosted: `us.anthropic.`, `mistral.`. */
const HOST = /^(?:[a-z]+(?:-[a-z]+)*\.)+/;
const LATEST = /[-@:]latest$/;
/** A `v3` that follows no date is part of a name: `deepseek-v3`. */
const REVISION = /(?:(?<=\d{8})-v\d+|-v\d+:\d+|:\d+|[-@]\d{3})$/;
/** Eight digits, their groups, `05-20`, `0613` or `2411`; a single digit is part of a name: `claude-opus-4-1`. */
const DATE = /[-@](\d{8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{2}|(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|2[2-9](?:0[1-9]|1[0-2]))$/;

/**
 * Whether the model that an answer names is the one that was asked for: the same id, a dated or suffixed form of it, or
 * one that the target is said to be served as (`*` at the end for any ending). Of two that both have a date or a
 * revision, these must agree. An answer that names none fits.
 */
export function servedModelFits(requested: string, served: string | undefined, servedAs: readonly string[]): boolean {
  if (served === undefined || served === '' || served === requested) return true;
  const id = parseModelId(served);
  return isSameModel(parseModelId(requested), id) || servedAs.some((entry) => allows(entry, served, id));
}

function allows(entry: string, served: string, id: ModelId): boolean {
  return entry.endsWith('*')
    ? served.toLowerCase().startsWith(entry.slice(0, -1).toLowerCase())
    : isSameModel(parseModelId(entry), id);
}

function isSameModel(one: ModelId, other: ModelId): boolean {
  return one.base === other.base && agree(one.date, other.date) && agree(one.revision, other.revision);
}

function agree(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

function parseModelId(id: string): ModelId {
  const path = id.toLowerCase();
  const named = path
    .slice(path.lastIndexOf('/') + 1)
    .replace(HOST, '')
    .replace(LATEST, '');
  const revision = REVISION.exec(named)?.[0];
  const dated = revision === undefined ? named : named.slice(0, -revision.length);
  const date = DATE.exec(dated);
  return {
    base: date === null ? dated : dated.slice(0, date.index),
    ...(date?.[1] === undefined ? {} : { date: date[1].replaceAll('-', '') }),
    ...(revision === undefined ? {} : { revision: revision.slice(1) }),
  };
}
