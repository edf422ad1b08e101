import { Counter } from './counter.ts';
import { Histogram } from './histogram.ts';
import { boundedValues, type LabelValues, type MetricDefinition } from './metric-definition.ts';
import { prometheusText } from './prometheus-text.ts';
import { namedValues, type Sample } from './sample.ts';

/** What a source says of one set of labels at the moment of asking. */
export type Reading<Label extends string> = readonly [labels: LabelValues<Label>, value: number];

interface Family {
  readonly definition: MetricDefinition;
  samples(): readonly Sample[];
}

/** Holds the metrics of a process and writes them down. */
export class MetricRegistry {
  readonly #families = new Map<string, Family>();
  readonly #sources = new Map<string, Set<() => readonly Sample[]>>();

  counter<Label extends string>(definition: MetricDefinition<Label>): Counter<Label> {
    const counter = new Counter(definition);
    this.#add({ definition, samples: () => counter.samples() });
    return counter;
  }

  histogram<Label extends string>(definition: MetricDefinition<Label>): Histogram<Label> {
    const histogram = new Histogram(definition);
    this.#add({ definition, samples: () => histogram.samples() });
    return histogram;
  }

  /**
   * Asks for the values when they are wanted: nothing is kept between two readings, so what has gone leaves no series behind.
   * A metric may have several sources, for different labels. The function that it gives takes this one away.
   */
  read<Label extends string>(definition: MetricDefinition<Label>, source: () => Iterable<Reading<Label>>): () => void {
    const names = Object.keys(definition.labels);
    const samples = (): Sample[] =>
      [...source()].map(([labels, value]) => ({
        labels: namedValues(names, boundedValues(definition, labels)),
        value,
      }));
    let sources = this.#sources.get(definition.name);
    if (sources === undefined) {
      const all = new Set<() => readonly Sample[]>();
      this.#add({ definition, samples: () => [...all].flatMap((read) => read()) });
      this.#sources.set(definition.name, all);
      sources = all;
    }
    sources.add(samples);
    return () => sources.delete(samples);
  }

  /** Everything, in Prometheus's text format; with the name of a node, without what is about other nodes. */
  text({ node }: { readonly node?: string } = {}): string {
    const isOther = ({ labels }: Sample): boolean => labels.some(([name, value]) => name === 'node' && value !== node);
    const texts = [...this.#families.values()].map((family) => {
      const all = family.samples();
      return prometheusText(family.definition, node === undefined ? all : all.filter((sample) => !isOther(sample)));
    });
    return texts.join('');
  }

  #add(family: Family): void {
    const { name } = family.definition;
    if (this.#families.has(name)) throw new RangeError(`there is a metric ${name} already`);
    this.#families.set(name, family);
  }
}
