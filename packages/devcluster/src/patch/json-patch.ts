import { jsonEqual } from '../store/json-equal.ts';
import { isJsonRecord } from './merge-patch.ts';
import { PatchError } from './patch-error.ts';

function rejected(why: string): PatchError {
  return new PatchError('rejected', why);
}

function pointer(path: unknown): string[] {
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/')))
    throw rejected(`invalid path ${JSON.stringify(path)}`);
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function indexIn(list: unknown[], part: string, limit: number): number {
  if (!/^(0|-?[1-9]\d*)$/.test(part)) throw rejected(`invalid index ${part}`);
  const number = Number(part);
  const index = number < 0 ? list.length + number : number;
  if (index < 0 || index > limit) throw rejected(`index ${part} is out of bounds`);
  return index;
}

function child(container: unknown, part: string): unknown {
  if (Array.isArray(container)) return container[indexIn(container, part, container.length - 1)] as unknown;
  if (isJsonRecord(container) && Object.hasOwn(container, part)) return container[part];
  throw rejected(`no value at ${part}`);
}

function read(document: unknown, path: string[]): unknown {
  return path.reduce(child, document);
}

/** Gives back the document with the container of the last path element copied and changed. */
function change(document: unknown, path: string[], edit: (container: unknown, last: string) => void): unknown {
  const [first, ...rest] = path;
  if (first === undefined) throw rejected('the path is empty');
  let copy: unknown;
  if (Array.isArray(document)) copy = document.slice();
  else if (isJsonRecord(document)) copy = { ...document };
  else throw rejected(`no container at ${first}`);
  if (rest.length === 0) {
    edit(copy, first);
    return copy;
  }
  const inner = change(child(copy, first), rest, edit);
  if (Array.isArray(copy)) copy[indexIn(copy, first, copy.length - 1)] = inner;
  else (copy as Record<string, unknown>)[first] = inner;
  return copy;
}

function add(document: unknown, path: string[], value: unknown): unknown {
  if (path.length === 0) return value;
  return change(document, path, (container, last) => {
    if (Array.isArray(container))
      container.splice(last === '-' ? container.length : indexIn(container, last, container.length), 0, value);
    else (container as Record<string, unknown>)[last] = value;
  });
}

function remove(document: unknown, path: string[]): unknown {
  return change(document, path, (container, last) => {
    child(container, last);
    if (Array.isArray(container)) container.splice(indexIn(container, last, container.length - 1), 1);
    else delete (container as Record<string, unknown>)[last];
  });
}

function replace(document: unknown, path: string[], value: unknown): unknown {
  if (path.length === 0) return value;
  return change(document, path, (container, last) => {
    child(container, last);
    if (Array.isArray(container)) container[indexIn(container, last, container.length - 1)] = value;
    else (container as Record<string, unknown>)[last] = value;
  });
}

function valueOf(operation: Record<string, unknown>): unknown {
  if (!Object.hasOwn(operation, 'value')) throw rejected('an operation lacks its value');
  return operation['value'];
}

function applyOne(document: unknown, operation: Record<string, unknown>): unknown {
  const path = pointer(operation['path']);
  switch (operation['op']) {
    case 'add':
      return add(document, path, valueOf(operation));
    case 'remove':
      return remove(document, path);
    case 'replace':
      return replace(document, path, valueOf(operation));
    case 'move': {
      const from = pointer(operation['from']);
      const moved = read(document, from);
      return add(remove(document, from), path, moved);
    }
    case 'copy':
      return add(document, path, read(document, pointer(operation['from'])));
    case 'test':
      if (!jsonEqual(read(document, path), valueOf(operation))) throw rejected('a test failed');
      return document;
    default:
      throw rejected(`unknown operation ${JSON.stringify(operation['op'])}`);
  }
}

/** RFC 6902. The document is not changed. Throws PatchError: the whole patch applies, or none of it. */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    const type = isJsonRecord(patch) ? 'object' : typeof patch;
    throw new PatchError(
      'malformed',
      `error decoding patch: json: cannot unmarshal ${type} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  return patch.reduce((current: unknown, operation: unknown) => {
    if (!isJsonRecord(operation)) throw rejected('an operation is no object');
    return applyOne(current, operation);
  }, document);
}
