import { createHash } from 'node:crypto';
import { stringify } from 'yaml';

export type TemplateFunction = (...values: readonly unknown[]) => unknown;

/** As Go's templates judge: empty is false. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortedKeys(inner)]));
}

function print(format: unknown, ...values: readonly unknown[]): string {
  let index = 0;
  return String(format).replaceAll(/%[sdv]/g, () => String(values[index++]));
}

function indented(width: unknown, text: unknown): string {
  return `\n${String(text).replaceAll(/^(?=.)/gm, ' '.repeat(Number(width)))}`;
}

/** Those functions of Helm that the charts here use, with the piped value last. */
export const templateFunctions: Readonly<Record<string, TemplateFunction>> = {
  default: (otherwise, value) => (isTrue(value) ? value : otherwise),
  eq: (left, right) => left === right,
  gt: (left, right) => Number(left) > Number(right),
  int: (value) => Math.trunc(Number(value)),
  nindent: indented,
  not: (value) => !isTrue(value),
  printf: print,
  quote: (value) => JSON.stringify(String(value)),
  sha256sum: (value) => createHash('sha256').update(String(value)).digest('hex'),
  toJson: (value) => JSON.stringify(sortedKeys(value)),
  toYaml: (value) => stringify(sortedKeys(value)).trimEnd(),
  trimSuffix: (suffix, value) => {
    const text = String(value);
    return text.endsWith(String(suffix)) ? text.slice(0, -String(suffix).length) : text;
  },
  trunc: (length, value) => String(value).slice(0, Number(length)),
  until: (count) => Array.from({ length: Number(count) }, (_, index) => index),
};
