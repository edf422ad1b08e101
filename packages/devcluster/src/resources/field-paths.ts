import type { FieldCause } from '../registry/definition.ts';
import { invalid } from './field-errors.ts';
import type { TextRule } from './names.ts';

/** The server's complaints about one text, as causes for its field. */
export function textCauses(rule: TextRule, text: string, field: string): FieldCause[] {
  return rule(text).map((problem) => invalid(field, text, problem));
}

/** A path without `..` in it, which would lead out of where it belongs. */
export function validateNoBacksteps(path: string, field: string): FieldCause[] {
  return path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : [];
}

/** A path below some root: relative, and without `..`. */
export function validateRelativePath(path: string, field: string): FieldCause[] {
  const causes = path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : [];
  return [...causes, ...validateNoBacksteps(path, field)];
}

/** A relative path that does not start with `..` either, because such names are kept for the node's own use. */
export function validateFilePath(path: string, field: string): FieldCause[] {
  const causes = validateRelativePath(path, field);
  if (path.startsWith('..') && !path.startsWith('../')) causes.push(invalid(field, path, "must not start with '..'"));
  return causes;
}

/** A file mode, when it is given. */
export function validateFileMode(mode: number | undefined, field: string): FieldCause[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return [];
  return [invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}
