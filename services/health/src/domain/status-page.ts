import { isJsonObject, parseJson } from '#libs/kernel';

/** What a status page in Statuspage's format says, as far as it matters here. */
export interface PageSummary {
  readonly indicator: string;
  readonly description: string;
  readonly components: readonly { readonly name: string; readonly status: string }[];
}

/** What a page says of a channel. */
export interface PageVerdict {
  /** In the page's words; absent where it reports no outage. */
  readonly outage?: string;
  /** Components that are asked for and not on the page: its vendor has renamed them. */
  readonly unknown: readonly string[];
}

/** Degraded performance and maintenance are announced often, and mostly not felt: only an outage counts. */
const COMPONENT_OUTAGES: ReadonlySet<string> = new Set(['partial_outage', 'major_outage']);
const PAGE_OUTAGES: ReadonlySet<string> = new Set(['major', 'critical']);
const TEXT_LENGTH = 200;

/** Reads `/api/v2/summary.json`; `undefined` where it is something else. */
export function readSummary(text: string): PageSummary | undefined {
  const page = parseJson(text);
  if (!isJsonObject(page) || !isJsonObject(page['status']) || !Array.isArray(page['components'])) return undefined;
  const { indicator, description } = page['status'];
  if (typeof indicator !== 'string') return undefined;
  const given: readonly unknown[] = page['components'];
  const components = given.flatMap((component) => {
    if (!isJsonObject(component)) return [];
    const { name, status } = component;
    return typeof name === 'string' && typeof status === 'string' ? [{ name, status }] : [];
  });
  return { indicator, description: typeof description === 'string' ? description : indicator, components };
}

/** Judges by the named components, or by the whole page where none are named. */
export function judgePage(summary: PageSummary, wanted: readonly string[]): PageVerdict {
  if (wanted.length === 0) {
    const { indicator, description } = summary;
    return PAGE_OUTAGES.has(indicator) ? { outage: shortened(description), unknown: [] } : { unknown: [] };
  }
  const known = summary.components.filter(({ name }) => wanted.includes(name));
  const unknown = wanted.filter((name) => !known.some((component) => component.name === name));
  const out = known.filter(({ status }) => COMPONENT_OUTAGES.has(status));
  if (out.length === 0) return { unknown };
  return { outage: shortened(out.map(({ name, status }) => `${name}: ${status}`).join(', ')), unknown };
}

/** It is shown to operators and kept: what the page's vendor wrote, but no more of it than fits a line. */
function shortened(text: string): string {
  return text.length > TEXT_LENGTH ? `${text.slice(0, TEXT_LENGTH - 1)}…` : text;
}
