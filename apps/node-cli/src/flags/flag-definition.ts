import type { FlagKey, FlagValues } from './flag-values.ts';
import type { ValueType } from './value-types.ts';

/** The headings of the help and of the guide, in their order. */
export const flagGroups = [
  'Provider',
  'Cluster',
  'Node',
  'Kubelet API',
  'Timing',
  'Development cluster',
  'Logging',
  'Metrics and traces',
  'General',
] as const;

export type FlagGroup = (typeof flagGroups)[number];

/** The commands that run a node. */
export type NodeCommand = 'run' | 'dev';

/** One flag as data: parsing, precedence, help and the guide all come from it. */
export interface FlagDefinition<Value> {
  readonly group: FlagGroup;
  readonly type: ValueType<Value>;
  /** One sentence without its full stop. */
  readonly description: string;
  readonly default?: Value;
  /** Where `dev` differs from `run`. */
  readonly developmentDefault?: Value;
  /** For a default that is worked out: what it comes from. */
  readonly defaultText?: string;
  /** Variables besides `VK_...`, such as those of the Go project; the first that is set counts. */
  readonly variables?: readonly string[];
  /** Absent: both commands know it. */
  readonly only?: NodeCommand;
}

/** The definitions of all flags; a flag without one does not compile. */
export type FlagTable = { readonly [Key in FlagKey]-?: FlagDefinition<NonNullable<FlagValues[Key]>> };

/** The default of a flag for a command; undefined where it has none. */
export function defaultOf<Value>(definition: FlagDefinition<Value>, command: NodeCommand): Value | undefined {
  return command === 'dev' ? (definition.developmentDefault ?? definition.default) : definition.default;
}
