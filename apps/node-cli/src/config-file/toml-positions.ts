import type { Position } from './config-document.ts';

type Path = (string | number)[];

const keyPart = String.raw`(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')`;
const dottedKey = String.raw`${keyPart}(?:\s*\.\s*${keyPart})*`;
const header = new RegExp(String.raw`^\s*(\[\[?)\s*(${dottedKey})\s*\]`);
const assignment = new RegExp(String.raw`^\s*(${dottedKey})\s*=\s*(.*)$`);
const parts = new RegExp(keyPart, 'g');

/**
 * Where the keys of a valid TOML document stand, by JSON of their path. The parser gives no places, so this reads the
 * lines again: table headers and assignments. Keys inside inline tables are not found; whoever asks falls back to the
 * key around them.
 */
export function locateTomlKeys(content: string): ReadonlyMap<string, Position> {
  const positions = new Map<string, Position>();
  const listLengths = new Map<string, number>();
  let table: Path = [];
  let closing: string | undefined;
  for (const [index, line] of content.split('\n').entries()) {
    if (closing !== undefined) {
      if (line.includes(closing)) closing = undefined;
      continue;
    }
    const opened = header.exec(line);
    if (opened !== null) {
      table = enterTable(splitKey(opened[2] ?? ''), opened[1] === '[[', listLengths);
      note(positions, table, { line: index + 1, column: line.indexOf('[') + 1 });
      continue;
    }
    const assigned = assignment.exec(line);
    if (assigned === null) continue;
    const path = [...table, ...splitKey(assigned[1] ?? '')];
    note(positions, path, { line: index + 1, column: line.search(/\S/) + 1 });
    closing = unclosedQuote(assigned[2] ?? '');
  }
  return positions;
}

/** The first place of a path counts, also for the tables around it. */
function note(positions: Map<string, Position>, path: Path, position: Position): void {
  for (let length = 1; length <= path.length; length++) {
    const key = JSON.stringify(path.slice(0, length));
    if (!positions.has(key)) positions.set(key, position);
  }
}

/** A header's path, with the index of the entry in place of each list of tables on the way. */
function enterTable(keys: readonly string[], isList: boolean, listLengths: Map<string, number>): Path {
  const path: Path = [];
  for (const [depth, key] of keys.entries()) {
    path.push(key);
    const name = JSON.stringify(path);
    const last = depth === keys.length - 1;
    if (last && isList) listLengths.set(name, (listLengths.get(name) ?? 0) + 1);
    const length = listLengths.get(name);
    if (length !== undefined) path.push(length - 1);
  }
  return path;
}

function splitKey(text: string): string[] {
  return [...text.matchAll(parts)].map(([part]) => {
    if (part.startsWith('"')) return String(JSON.parse(part));
    return part.startsWith("'") ? part.slice(1, -1) : part;
  });
}

/** The quotes that end a multi-line text which starts here, when it does not end on the same line. */
function unclosedQuote(value: string): string | undefined {
  const quotes = /^("""|''')/.exec(value)?.[1];
  return quotes !== undefined && !value.slice(quotes.length).includes(quotes) ? quotes : undefined;
}
