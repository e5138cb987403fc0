/** Text as every database keeps it: PostgreSQL refuses NUL, and half a surrogate pair has no UTF-8. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
