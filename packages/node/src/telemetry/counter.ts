import { boundedValues, type LabelValues, type MetricDefinition } from './metric-definition.ts';
import { namedValues, type Sample } from './sample.ts';

/** A number per set of labels that only grows. */
export class Counter<Label extends string> {
  readonly #definition: MetricDefinition<Label>;
  readonly #series = new Map<string, { readonly values: readonly string[]; total: number }>();

  constructor(definition: MetricDefinition<Label>) {
    this.#definition = definition;
    // Without labels there is one series, and it is 0 from the start: a rate over it is known before the first event.
    if (Object.keys(definition.labels).length === 0) this.#series.set('', { values: [], total: 0 });
  }

  add(labels: LabelValues<Label>, amount = 1): void {
    const values = boundedValues(this.#definition, labels);
    const key = values.join('\n');
    const series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, { values, total: amount });
    else series.total += amount;
  }

  samples(): Sample[] {
    const names = Object.keys(this.#definition.labels);
    return [...this.#series.values()].map(({ values, total }) => ({
      labels: namedValues(names, values),
      value: total,
    }));
  }
}
