import recorded from '../generated/go-types.json' with { type: 'json' };

/** What Go knows of a field beyond its OpenAPI schema. */
export interface GoField {
  /** The field's number in protobuf. */
  number: number;
  isPointer: boolean;
  /** Whether Go writes it to JSON even when it is empty. */
  isAlwaysWritten: boolean;
  /** Whether a struct or a time that is not set is left out. */
  omitsZero: boolean;
}

type Recorded = { [field: string]: string | Recorded };

const types: Readonly<Record<string, Recorded>> = recorded.types;

function parseField(text: string): GoField {
  return {
    number: Number.parseInt(text, 10),
    isPointer: text.includes('*'),
    isAlwaysWritten: text.includes('!'),
    omitsZero: text.includes('z'),
  };
}

function collect(fields: Recorded, found: Map<string, GoField>): void {
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'string') found.set(key, parseField(value));
    else collect(value, found);
  }
}

/** The fields of a type by JSON name, those of embedded structs among them. */
export function goFields(schemaName: string): Map<string, GoField> {
  const found = new Map<string, GoField>();
  collect(types[schemaName] ?? {}, found);
  return found;
}

/** Protobuf numbers of a message: the JSON name of the field, or the fields of an embedded struct. */
export type WireNumbers = ReadonlyMap<number, string | WireNumbers>;

function numbersOf(fields: Recorded): WireNumbers {
  const entries = Object.entries(fields).map(([key, value]): [number, string | WireNumbers] =>
    typeof value === 'string' ? [parseField(value).number, key] : [Number(key.slice(1)), numbersOf(value)],
  );
  return new Map(entries);
}

export function wireNumbers(schemaName: string): WireNumbers {
  return numbersOf(types[schemaName] ?? {});
}
