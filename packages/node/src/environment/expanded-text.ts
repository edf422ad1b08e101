import type { DeferredField, DeferredText, ExpandedText } from '../provider/environment.ts';

/** Text that is one deferred field and nothing else. */
export function deferredField(field: DeferredField): DeferredText {
  return { parts: [{ field }] };
}

/** Joins texts. The result is a plain string unless one of them is deferred; neighbouring strings become one. */
export function joinTexts(texts: readonly ExpandedText[]): ExpandedText {
  const joined: (string | { readonly field: DeferredField })[] = [];
  for (const part of texts.flatMap((text) => (typeof text === 'string' ? [text] : text.parts))) {
    const last = joined.at(-1);
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else if (part !== '') joined.push(part);
  }
  const [only] = joined;
  if (only === undefined) return '';
  return joined.length === 1 && typeof only === 'string' ? only : { parts: joined };
}
