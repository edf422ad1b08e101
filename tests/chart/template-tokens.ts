/** Text as it is, or what stands between `{{` and `}}`. */
export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly words: readonly string[] };

const action = /\{\{(-\s)?([\s\S]*?)(\s-)?\}\}/g;
const word = /"(?:[^"\\]|\\.)*"|:=|[(),|]|[^\s(),|]+/g;

/** Splits a Go template; a dash beside the braces takes the white space on its side away. */
export function templateTokens(source: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  let trimNext = false;
  const addText = (end: number, trimEnd: boolean): void => {
    let text = source.slice(position, end);
    if (trimNext) text = text.trimStart();
    if (trimEnd) text = text.trimEnd();
    if (text !== '') tokens.push({ kind: 'text', text });
  };
  for (const match of source.matchAll(action)) {
    const [whole, before, inner = '', after] = match;
    addText(match.index, before !== undefined);
    if (!inner.trim().startsWith('/*')) tokens.push({ kind: 'action', words: inner.match(word) ?? [] });
    position = match.index + whole.length;
    trimNext = after !== undefined;
  }
  addText(source.length, false);
  return tokens;
}
