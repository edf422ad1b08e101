/**
 * What a label can say: one of these words, and `other` for anything else; or a name that the process chose itself, such as
 * those of its nodes. Names of pods, namespaces or images are never labels: their number has no bound.
 */
export type LabelBound = readonly string[] | 'names of the nodes' | 'one value per process';

/** One metric as data: recording, the text format and the page of metrics come from it. */
export interface MetricDefinition<Label extends string = string> {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** One sentence without its full stop. */
  readonly help: string;
  readonly labels: Readonly<Record<Label, LabelBound>>;
  /** For a histogram: upper bounds in ascending order, without +Inf. */
  readonly buckets?: readonly number[];
}

/** A value for each label of a metric. */
export type LabelValues<Label extends string> = Readonly<Record<Label, string>>;

/** What a value outside of a label's list is counted as. */
export const otherValue = 'other';

/** The values in the order of the definition, each within its bound. */
export function boundedValues<Label extends string>(
  definition: MetricDefinition<Label>,
  labels: LabelValues<Label>,
): readonly string[] {
  const bounds = Object.entries(definition.labels) as [Label, LabelBound][];
  return bounds.map(([label, bound]) => {
    const value = labels[label];
    return typeof bound === 'string' || bound.includes(value) ? value : otherValue;
  });
}
