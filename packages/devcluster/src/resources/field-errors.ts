import type { FieldCause } from '../registry/definition.ts';

/** A Go-quoted string: as in Go's `%q` for the characters that occur in API objects. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === undefined) return 'null';
  return JSON.stringify(value);
}

function withDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`;
}

/** The field must be there. */
export function required(field: string, detail = ''): FieldCause {
  return { reason: 'FieldValueRequired', field, message: withDetail('Required value', detail) };
}

/** The value is malformed or out of bounds. */
export function invalid(field: string, value: unknown, detail = ''): FieldCause {
  return { reason: 'FieldValueInvalid', field, message: withDetail(`Invalid value: ${shown(value)}`, detail) };
}

/** The value may be well formed, but is not allowed here or now. */
export function forbidden(field: string, detail = ''): FieldCause {
  return { reason: 'FieldValueForbidden', field, message: withDetail('Forbidden', detail) };
}

/** The value is not one of an enumeration. The supported values are shown in the order given, which the server sorts. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldCause {
  const detail = supported.length === 0 ? '' : `supported values: ${supported.map(quote).join(', ')}`;
  return { reason: 'FieldValueNotSupported', field, message: withDetail(`Unsupported value: ${shown(value)}`, detail) };
}

/** The value must be unique in its list. */
export function duplicate(field: string, value: unknown): FieldCause {
  return { reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${shown(value)}` };
}

/** The value names something that does not exist. */
export function notFound(field: string, value: unknown): FieldCause {
  return { reason: 'FieldValueNotFound', field, message: `Not found: ${shown(value)}` };
}

/** The value has more bytes than the limit. */
export function tooLong(field: string, limit: number): FieldCause {
  return { reason: 'FieldValueTooLong', field, message: `Too long: may not be more than ${limit} bytes` };
}
