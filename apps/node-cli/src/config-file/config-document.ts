/** A place in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A path into a document, as validators give it: object keys and list indices. */
export type KeyPath = readonly (string | number)[];

/** A file that has been parsed, with a way back from a value to its place. */
export interface ConfigDocument {
  /** As the user wrote it. */
  readonly file: string;
  readonly value: unknown;
  /** Where a key stands; undefined when that is not known. */
  locate(path: KeyPath): Position | undefined;
  /** For values that are not from the file: what gave them, such as a flag. */
  readonly sourceOf?: (path: KeyPath) => string | undefined;
}

/** `file:line:column`, of the key itself or of the nearest thing around it; the file alone when nothing is known. Or the flag. */
export function formatPosition(document: ConfigDocument, path: KeyPath): string {
  const source = document.sourceOf?.(path);
  if (source !== undefined) return source;
  for (let length = path.length; length > 0; length--) {
    const position = document.locate(path.slice(0, length));
    if (position !== undefined) return `${document.file}:${position.line}:${position.column}`;
  }
  return document.file;
}

/** `nodes[2].cpu`, with quotes around keys that are not plain. */
export function formatKeyPath(path: KeyPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const plain = /^[A-Za-z_][\w-]*$/.test(part);
    if (!plain) return `${text}[${JSON.stringify(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
