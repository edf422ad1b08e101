/** The longest `note` that events.k8s.io/v1 takes; a core/v1 event is the same object. */
const longestMessage = 1_024;

/** What credentials look like in the errors of backends and registries. */
const credentials: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, '$1 [redacted]'],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '[redacted]'],
  [/:\/\/[^\s/@]+@/g, '://[redacted]@'],
  [/\b(password|passwd|secret|token|sig|api[_-]?key|access[_-]?key)(=|["']\s*:\s*["'])[^\s"'&,;]+/gi, '$1$2[redacted]'],
];

/**
 * A message that is fit for an event, which everybody with `get events` reads: what looks like a credential is replaced, and
 * the rest is cut to what the API takes. A last line of defence: whoever writes a message leaves secrets out in the first place.
 */
export function eventMessage(text: string): string {
  const safe = credentials.reduce((message, [pattern, replacement]) => message.replace(pattern, replacement), text);
  return safe.length <= longestMessage ? safe : `${safe.slice(0, longestMessage - 3).toWellFormed()}...`;
}
