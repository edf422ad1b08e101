/** One figure of one subject. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
}

export function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? Number.NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Figures side by side: a row for each figure, a column for each subject. */
export function figureTable(subjects: Readonly<Record<string, readonly Figure[]>>): string {
  const labels = Object.keys(subjects);
  const names = new Map<string, string>();
  for (const figures of Object.values(subjects)) for (const { name, unit } of figures) names.set(name, unit);
  const rows = [...names].map(([name, unit]) => [
    name,
    unit,
    ...labels.map((label) => format(subjects[label]?.find((figure) => figure.name === name)?.value)),
  ]);
  const header = ['figure', 'unit', ...labels];
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function format(value: number | undefined): string {
  // A figure that could not be had is null in the file of a run before.
  if (value === undefined || !Number.isFinite(value)) return '-';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
