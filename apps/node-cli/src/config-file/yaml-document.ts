import { extname } from 'node:path';
import { isMap, isSeq, LineCounter, parseDocument, type Document, type Pair, type ParsedNode, type Tags } from 'yaml';
import type { ConfigDocument, KeyPath, Position } from './config-document.ts';

/** YAML 1.1 knows times as numbers to the base 60 and as timestamps; Kubernetes reads both as text. */
function withoutTimes(tags: Tags): Tags {
  return tags.filter(
    (tag) =>
      typeof tag === 'string' ||
      (tag.tag !== 'tag:yaml.org,2002:timestamp' && !('format' in tag && tag.format === 'TIME')),
  );
}

/**
 * Parses YAML as Kubernetes does (version 1.1: `on` is true, `0644` is 420) and JSON, which is a part of YAML once
 * {@link JSON.parse} has accepted it.
 *
 * @throws SyntaxError with `file:line:column`.
 */
export function parseYamlDocument(file: string, content: string): ConfigDocument {
  const json = extname(file).toLowerCase() === '.json';
  const lines = new LineCounter();
  const document = parseDocument(content, {
    lineCounter: lines,
    prettyErrors: false,
    ...(json ? { version: '1.2', schema: 'json' } : { version: '1.1', customTags: withoutTimes }),
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw new SyntaxError(`${file}:${line}:${col}: ${problem.message}`);
  }
  return {
    file,
    value: json ? parseJson(file, content) : (document.toJS() ?? {}),
    locate: (path) => locate(document, lines, path),
  };
}

function parseJson(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new SyntaxError(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The place of the last key of a path, or of the list entry. */
function locate(document: Document.Parsed, lines: LineCounter, path: KeyPath): Position | undefined {
  let node: ParsedNode | null | undefined = document.contents;
  let at: number | undefined;
  for (const part of path) {
    if (isMap(node)) {
      const pair: Pair<ParsedNode, ParsedNode | null> | undefined = node.items.find(
        ({ key }) => 'value' in key && String(key.value) === String(part),
      );
      if (pair === undefined) return undefined;
      at = pair.key.range[0];
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      at = node?.range[0];
    } else return undefined;
  }
  if (at === undefined) return undefined;
  const { line, col } = lines.linePos(at);
  return { line, column: col };
}
