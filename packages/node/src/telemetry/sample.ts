/** One line of the text format: what stands between the name of the metric and the value. */
export interface Sample {
  /** `_bucket`, `_sum` or `_count` for a histogram. */
  readonly suffix?: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

/** The label names of a metric with values, in the order of its definition. */
export function namedValues(names: readonly string[], values: readonly string[]): Sample['labels'] {
  return names.map((name, index) => [name, values[index] ?? ''] as const);
}
