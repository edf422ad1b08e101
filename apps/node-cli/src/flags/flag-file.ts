import { CommandError } from '../errors/command-error.ts';
import { formatKeyPath, formatPosition, type ConfigDocument } from '../config-file/config-document.ts';
import type { NodeCommand } from './flag-definition.ts';
import { allFlags, flagsOf } from './flag-table.ts';
import { flagName } from './flag-values.ts';
import { nearestName } from './nearest-name.ts';

/** A value from the `--config` file, as if it had been typed, and where it stands. */
export interface FlagFileEntry {
  readonly text: string;
  readonly origin: string;
}

/**
 * The flags of a `--config` file by name. A flag that only the other command knows is left out, so that one file serves both.
 *
 * @throws CommandError `usage` for a name that no command knows and for a value that a flag cannot have.
 */
export function readFlagFile(document: ConfigDocument, command: NodeCommand): ReadonlyMap<string, FlagFileEntry> {
  const { value } = document;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CommandError('usage', `${document.file}: the file must hold flags by name, such as nodename: edge-1`);
  const known = new Set(allFlags().map(({ key }) => flagName(key)));
  const wanted = new Map(flagsOf(command).map(({ key, definition }) => [flagName(key), definition.type]));
  const entries = new Map<string, FlagFileEntry>();
  for (const [name, content] of Object.entries(value)) {
    const place = formatPosition(document, [name]);
    if (!known.has(name) || name === 'config') throw unknownName(place, name, known);
    const type = wanted.get(name);
    if (type === undefined) continue;
    const text = type.separator === '\n' ? asLines(content, place, name) : asText(content, place, name);
    entries.set(name, { text, origin: `${place}: ${name}` });
  }
  return entries;
}

function unknownName(place: string, name: string, known: ReadonlySet<string>): CommandError {
  if (name === 'config') return new CommandError('usage', `${place}: config: a flag file cannot name another one`);
  const near = nearestName(name, known);
  const hint =
    near === undefined ? 'virtual-kubelet run --help lists the names, here without dashes' : `did you mean ${near}?`;
  return new CommandError('usage', `${place}: unknown flag ${name}; ${hint}`);
}

/** `key=value`, one per line; what is not plain is JSON. */
function asLines(content: unknown, place: string, name: string): string {
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new CommandError('usage', `${place}: ${name}: the value must be keys with their values`);
  return Object.entries(content)
    .map(([key, value]) => `${formatKeyPath([key])}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
}

function asText(content: unknown, place: string, name: string): string {
  if (typeof content === 'string') return content;
  if (typeof content === 'number' || typeof content === 'boolean' || typeof content === 'bigint')
    return String(content);
  if (typeof content === 'object' && content !== null && !Array.isArray(content))
    return Object.entries(content)
      .map(([key, value]) => `${key}=${asText(value, place, `${name}.${key}`)}`)
      .join(',');
  throw new CommandError('usage', `${place}: ${name}: the value must be text, a number, true or false`);
}
