const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`;

/** The form in use, and the two that older servers may still send; all in UTC. */
const FORMS: readonly RegExp[] = [
  new RegExp(String.raw`^[A-Z][a-z]{2}, (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) ${TIME} GMT$`),
  new RegExp(String.raw`^[A-Z][a-z]{5,8}, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) ${TIME} GMT$`),
  new RegExp(String.raw`^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`),
];

/** Epoch milliseconds of an HTTP date; `undefined` where it is none, or names a day that does not exist. */
export function readHttpDate(text: string): number | undefined {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts) return instantOf(parts);
  }
  return undefined;
}

function instantOf(parts: { readonly [name: string]: string | undefined }): number | undefined {
  const part = (name: string): number => Number(parts[name]);
  const month = MONTHS.indexOf(parts['month'] ?? '');
  const year = part('year') < 100 ? part('year') + 2000 : part('year');
  const instant = Date.UTC(year, month, part('day'), part('hour'), part('minute'), part('second'));
  const date = new Date(instant);
  return date.getUTCMonth() === month && date.getUTCDate() === part('day') ? instant : undefined;
}
