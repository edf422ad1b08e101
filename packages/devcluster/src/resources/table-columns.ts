import type { KubeObject, TableColumn } from '../registry/definition.ts';
import { humanAge } from './human-duration.ts';

/** Reads a cell. Declared as a method, so that a reader may name the type of its own resource. */
type CellReader = { read(object: KubeObject, now: number): string | number | boolean }['read'];

/** How a column differs from a plain string that is always shown. */
export interface ColumnOptions {
  description: string;
  /** Shown with `-o wide` only. */
  wide?: boolean;
  type?: TableColumn['type'];
  format?: string;
}

/** A column whose cell is read from an object of the resource's own type. */
export function column(name: string, value: CellReader, options: ColumnOptions): TableColumn {
  return {
    name,
    type: options.type ?? 'string',
    format: options.format ?? '',
    description: options.description,
    priority: options.wide === true ? 1 : 0,
    value,
  };
}

export const nameColumn: TableColumn = column('Name', (object) => object.metadata.name, {
  description: 'The name of the object, unique in its namespace.',
  format: 'name',
});

export const ageColumn: TableColumn = column('Age', (object, now) => humanAge(object.metadata.creationTimestamp, now), {
  description: 'How long ago the API server created the object.',
});

/** A map of labels as kubectl writes it: sorted `key=value` pairs, or `<none>`. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}
