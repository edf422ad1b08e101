import { CommandError } from '../errors/command-error.ts';
import { defaultOf, type FlagDefinition, type NodeCommand } from './flag-definition.ts';
import type { FlagFileEntry } from './flag-file.ts';
import { flagsOf, flagTable } from './flag-table.ts';
import { flagName, flagVariable, type FlagKey, type FlagValues } from './flag-values.ts';
import type { GivenFlags } from './given-flags.ts';
import { retiredFlags, type RetiredFlag } from './retired-flags.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface FlagSources {
  readonly command: NodeCommand;
  readonly given: GivenFlags;
  readonly environment: Environment;
  readonly file?: ReadonlyMap<string, FlagFileEntry>;
}

export interface ResolvedFlags {
  readonly values: FlagValues;
  /** Where each value that is not a default came from, such as `--nodename` or `VK_NODENAME`. */
  readonly origins: ReadonlyMap<FlagKey, string>;
  /** One line each: flags and variables that are accepted but do nothing. */
  readonly warnings: readonly string[];
}

interface Found {
  readonly text: string;
  readonly origin: string;
}

/**
 * The values of all flags: the command line first, then the environment, then the `--config` file, then the default.
 *
 * @throws CommandError `usage` naming the flag, variable or file entry whose value cannot be right.
 */
export function resolveFlags(sources: FlagSources): ResolvedFlags {
  const warnings: string[] = [];
  const substitutes = retire(sources, warnings);
  const values: Partial<Record<FlagKey, unknown>> = {};
  const origins = new Map<FlagKey, string>();
  for (const { key, definition } of flagsOf(sources.command)) {
    const found = find(key, definition, sources, warnings) ?? substitutes.get(key);
    const value = found === undefined ? defaultOf(definition, sources.command) : parse(found, definition);
    if (found !== undefined) origins.set(key, found.origin);
    if (value !== undefined) values[key] = value;
  }
  return { values: fillOthers(values), origins, warnings };
}

/** The path of the `--config` file, which has to be known before the rest can be. */
export function flagFilePath(sources: Omit<FlagSources, 'file'>): string | undefined {
  const found = find('config', flagTable.config, sources, []);
  return found === undefined ? undefined : parse(found, flagTable.config);
}

function find<Value>(
  key: FlagKey,
  definition: FlagDefinition<Value>,
  sources: FlagSources,
  warnings: string[],
): Found | undefined {
  const name = flagName(key);
  const all = sources.given.get(name);
  const { separator } = definition.type;
  const typed = separator === undefined ? all?.at(-1) : all?.join(separator);
  if (typed !== undefined) return { text: typed, origin: `--${name}` };
  for (const variable of [flagVariable(key), ...(definition.variables ?? [])]) {
    const text = sources.environment[variable];
    if (text === undefined || text === '') continue;
    if (!isServiceLink(text)) return { text, origin: variable };
    warnings.push(`${variable} is ignored: its value ${text} comes from a Service of that name, not from you`);
  }
  return sources.file?.get(name);
}

/** Kubernetes sets NAME_PORT=tcp://10.0.0.1:80 in a pod for each Service called NAME. */
function isServiceLink(text: string): boolean {
  return /^(tcp|udp|sctp):\/\//.test(text);
}

function parse<Value>({ text, origin }: Found, definition: FlagDefinition<Value>): Value {
  try {
    return definition.type.parse(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandError('usage', `${origin}: ${error.message}`, { cause: error });
  }
}

/** Warns of what is accepted without effect, and gives the values that another flag takes over. */
function retire(sources: FlagSources, warnings: string[]): ReadonlyMap<FlagKey, Found> {
  const substitutes = new Map<FlagKey, Found>();
  for (const flag of retiredFlags) {
    for (const found of findRetired(flag, sources)) {
      warnings.push(`${found.origin} ${flag.advice}`);
      if (flag.replacedBy !== undefined) substitutes.set(flag.replacedBy, found);
    }
  }
  return substitutes;
}

function findRetired(flag: RetiredFlag, { given, environment }: FlagSources): Found[] {
  const typed = flag.name === undefined ? undefined : given.get(flag.name)?.at(-1);
  const fromVariables = (flag.variables ?? []).flatMap((variable) => {
    const text = environment[variable];
    return text === undefined || text === '' || isServiceLink(text) ? [] : [{ text, origin: variable }];
  });
  return [...(typed === undefined ? [] : [{ text: typed, origin: `--${flag.name}` }]), ...fromVariables];
}

/** The flags that this command does not know keep their defaults, so that the values are complete. */
function fillOthers(values: Partial<Record<FlagKey, unknown>>): FlagValues {
  const filled: Partial<Record<FlagKey, unknown>> = {};
  for (const [key, definition] of Object.entries(flagTable) as [FlagKey, FlagDefinition<unknown>][])
    if (definition.default !== undefined) filled[key] = definition.default;
  return { ...filled, ...values } as FlagValues;
}
