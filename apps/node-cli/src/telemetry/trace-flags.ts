import { keyValues, type ValueType } from '../flags/value-types.ts';

/** `otlp` works; the others are those of the Go project, whose makers gave them up. */
export const traceExporters = ['otlp', 'jaeger', 'ocagent', 'zpages'] as const;
export type TraceExporter = (typeof traceExporters)[number];

/** One or several, with commas or the flag again. */
export const exporterList: ValueType<readonly TraceExporter[]> = {
  placeholder: 'otlp',
  separator: ',',
  parse: (given) =>
    given
      .split(',')
      .filter((word) => word.trim() !== '')
      .map((word) => {
        const exporter = traceExporters.find((known) => known === word.trim().toLowerCase());
        if (exporter === undefined) throw new RangeError(`'${word.trim()}' is not an exporter; use otlp`);
        return exporter;
      }),
  format: (value) => value.join(','),
};

/** The share of traces that are kept, from 0 to 1; written as the Go project has it. */
export const sampleRate: ValueType<number> = {
  placeholder: 'always|never|0-100',
  parse: (given) => {
    const word = given.trim().toLowerCase();
    if (word === 'always') return 1;
    if (word === 'never') return 0;
    const percent = Number(word);
    if (!/^\d+(\.\d+)?$/.test(word) || percent > 100)
      throw new RangeError(`'${given}' is neither always, never nor a percentage from 0 to 100`);
    return percent / 100;
  },
  format: (value) => (value === 1 ? 'always' : value === 0 ? 'never' : String(value * 100)),
};

/** The process sets these itself, under their names in the semantic conventions. */
const reserved: readonly string[] = ['operatingSystem', 'provider', 'nodeName'];

/** Attributes of the process that go with every trace. */
export const traceTags: ValueType<Readonly<Record<string, string>>> = {
  ...keyValues,
  parse: (given) => {
    const tags = keyValues.parse(given);
    const taken = Object.keys(tags).find((key) => reserved.includes(key));
    if (taken !== undefined) throw new RangeError(`the tag ${taken} is reserved: it is set from the node itself`);
    return tags;
  },
};
