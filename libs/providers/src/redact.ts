const MASK = '[redacted]';

/** A key that the provider has masked itself still shows its ends: `sk-ab***wxyz`. */
const MASKED_KEY = /[^\s"']{0,100}\*{3,}[^\s"',.]{0,100}/g;

/** What an encoded or a masked credential has in it. */
const ALTERED = /[%\\*]/;

/** Takes credentials out of text that a provider sent back: whole, encoded, or masked by the provider. */
export function redact(text: string, secrets: readonly string[]): string {
  // Names of models and finish reasons come with every answer, and hold nothing.
  if (!ALTERED.test(text) && !secrets.some((secret) => secret !== '' && text.includes(secret))) return text;
  const forms = secrets.filter((secret) => secret !== '').flatMap(formsOf);
  const longestFirst = forms.toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((rest, form) => rest.replaceAll(form, MASK), text).replaceAll(MASKED_KEY, MASK);
}

function formsOf(secret: string): readonly string[] {
  return [...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])];
}
