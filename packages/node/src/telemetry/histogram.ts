import { boundedValues, type LabelValues, type MetricDefinition } from './metric-definition.ts';
import { formatNumber } from './prometheus-text.ts';
import { namedValues, type Sample } from './sample.ts';

interface Series {
  readonly values: readonly string[];
  /** How many fell into each bucket and into no earlier one; the last is +Inf. */
  readonly counts: number[];
  sum: number;
}

/** Counts how many observations were at or below each of some bounds, per set of labels. */
export class Histogram<Label extends string> {
  readonly #definition: MetricDefinition<Label>;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor(definition: MetricDefinition<Label>) {
    this.#definition = definition;
    this.#bounds = definition.buckets ?? [];
    if (Object.keys(definition.labels).length === 0) this.#series.set('', this.#empty([]));
  }

  observe(labels: LabelValues<Label>, value: number): void {
    const values = boundedValues(this.#definition, labels);
    const key = values.join('\n');
    let series = this.#series.get(key);
    if (series === undefined) {
      series = this.#empty(values);
      this.#series.set(key, series);
    }
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
  }

  samples(): Sample[] {
    const names = Object.keys(this.#definition.labels);
    return [...this.#series.values()].flatMap(({ values, counts, sum }) => {
      const labels = namedValues(names, values);
      let below = 0;
      const buckets = counts.map((count, index): Sample => {
        below += count;
        const bound = formatNumber(this.#bounds[index] ?? Number.POSITIVE_INFINITY);
        return { suffix: '_bucket', labels: [...labels, ['le', bound]], value: below };
      });
      return [...buckets, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: below }];
    });
  }

  #empty(values: readonly string[]): Series {
    return { values, counts: Array.from({ length: this.#bounds.length + 1 }, () => 0), sum: 0 };
  }
}
