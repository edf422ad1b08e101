/** What Go's JSON decoder says about a text that JSON.parse refuses: the common cases, in its words. */
export function goJsonError(text: string): string {
  const position = firstError(text);
  if (position >= text.length) return 'unexpected end of JSON input';
  const character = text[position] ?? '';
  return `invalid character '${character}' looking for beginning of value`;
}

/** The length of the longest beginning that could still become JSON. */
function firstError(text: string): number {
  try {
    JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const match = /position (\d+)/.exec(message);
    if (match?.[1] !== undefined) return Number(match[1]);
    if (/Unexpected end|Unterminated/.test(message)) return text.length;
    return 0;
  }
  return text.length;
}
