import { exitCodes } from '../errors/exit-codes.ts';
import { defaultOf, type FlagDefinition, type NodeCommand } from '../flags/flag-definition.ts';
import { flagVariable } from '../flags/flag-values.ts';

/** What stands below the list of commands. */
export const rootHelp = `
To try it out, with nothing but Node.js:
  virtual-kubelet dev
To join a cluster:
  virtual-kubelet run --provider NAME --kubeconfig FILE
All flags of a command:
  virtual-kubelet run --help`;

/** A flag's line in the help: what it does, its default, and the variables that set it. */
export function describeFlag<Value>(key: string, definition: FlagDefinition<Value>, command: NodeCommand): string {
  const notes = [defaultNote(definition, command), variableNote(key, definition)].filter((note) => note !== undefined);
  return `${definition.description} (${notes.join('; ')})`;
}

/** The default as it would be typed; undefined where there is none. */
export function defaultNote<Value>(definition: FlagDefinition<Value>, command: NodeCommand): string | undefined {
  const value = defaultOf(definition, command);
  const text = value === undefined ? definition.defaultText : definition.type.format(value);
  return text === undefined ? undefined : `default: ${text}`;
}

function variableNote<Value>(key: string, { variables = [] }: FlagDefinition<Value>): string {
  return `env: ${[flagVariable(key), ...variables].join(', ')}`;
}

/** What stands below the flags. */
export function exitCodeHelp(): string {
  const lines = Object.values(exitCodes).map(({ code, when }) => `  ${code}  ${when}`);
  return `
A flag wins over its variable, the variable over the --config file, and the file over the default.
Flags of the Go virtual-kubelet that do nothing here are accepted with a warning.

Exit codes:
${lines.join('\n')}`;
}
