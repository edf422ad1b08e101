import { readFileSync } from 'node:fs';

/** What objects of one kind and name take up. */
export interface HeapClass {
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
}

interface SnapshotMeta {
  readonly node_fields: readonly string[];
  readonly node_types: readonly [readonly string[], ...unknown[]];
}

/** Kinds of which each object has a name of its own: they are counted together. */
const nameless = new Set(['string', 'concatenated string', 'sliced string', 'code', 'array', 'number']);

/**
 * Sums a heap snapshot of V8 up by class, the largest first. The file is read piece by piece, since one of some hundred MiB is
 * longer than a JavaScript string may be.
 */
export function summariseHeap(file: string): HeapClass[] {
  const bytes = readFileSync(file);
  const nodesAt = bytes.indexOf('"nodes":[');
  const stringsAt = bytes.lastIndexOf('"strings":[');
  const header = bytes.subarray(bytes.indexOf('"meta":') + '"meta":'.length, nodesAt).toString();
  const meta = JSON.parse(header.slice(0, header.indexOf(',"node_count"'))) as SnapshotMeta;
  const strings = JSON.parse(
    bytes.subarray(stringsAt + '"strings":'.length, bytes.lastIndexOf(']') + 1).toString(),
  ) as string[];
  const [kinds] = meta.node_types;
  const size = meta.node_fields.indexOf('self_size');
  const classes = new Map<string, { count: number; bytes: number }>();
  for (const node of rows(bytes, nodesAt + '"nodes":['.length, meta.node_fields.length)) {
    const kind = kinds[node[0] ?? 0] ?? '';
    const name = nameless.has(kind) ? kind : `${kind} ${strings[node[1] ?? 0] ?? ''}`.trim();
    const known = classes.get(name) ?? { count: 0, bytes: 0 };
    classes.set(name, { count: known.count + 1, bytes: known.bytes + (node[size] ?? 0) });
  }
  return [...classes].map(([name, sums]) => ({ name, ...sums })).sort((a, b) => b.bytes - a.bytes);
}

const zero = 0x30;
const nine = 0x39;
const closingBracket = 0x5d;

/** The numbers of a JSON list, so many at a time. The same list is used again for each. */
function* rows(bytes: Buffer, from: number, width: number): Generator<readonly number[]> {
  const row: number[] = Array.from({ length: width }, () => 0);
  let column = 0;
  let value: number | undefined;
  for (let at = from; ; at++) {
    const byte = bytes[at] ?? closingBracket;
    if (byte >= zero && byte <= nine) {
      value = (value ?? 0) * 10 + byte - zero;
      continue;
    }
    if (value !== undefined) {
      row[column++] = value;
      value = undefined;
      if (column === width) {
        column = 0;
        yield row;
      }
    }
    if (byte === closingBracket) return;
  }
}
