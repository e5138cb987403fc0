/** The headers of a provider's answer, names in lower case; what came more than once is a list. */
export type ReplyHeaders = { readonly [lowerCaseName: string]: string | readonly string[] | undefined };

/** A header's text; the first where it came more than once. */
export function headerText(headers: ReplyHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
