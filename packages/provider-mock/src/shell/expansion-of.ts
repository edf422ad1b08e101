import type { Expansion } from './expand-word.ts';
import { longestText } from './longest-text.ts';
import { ShellLimitError } from './shell-limit-error.ts';
import type { Shell } from './shell.ts';
import type { ShellRun } from './shell-run.ts';
import { UnsetVariableError } from './unset-variable-error.ts';

/** What words are expanded with in a shell. */
export function expansionOf(shell: Shell, run: ShellRun): Expansion {
  return {
    files: shell.process.machine.files,
    workingDirectory: shell.workingDirectory,
    positional: shell.positional,
    variable: (name) => {
      const value = shell.variable(name);
      if (value === undefined && shell.options.unset) throw new UnsetVariableError(name, '');
      return value;
    },
    assign: (name, value) => shell.variables.set(name, value),
    substitute: async (script) => {
      const parts: Uint8Array[] = [];
      let length = 0;
      const stdout = {
        write: async (bytes: Uint8Array): Promise<void> => {
          length += bytes.length;
          if (length > longestText) throw new ShellLimitError('out of memory');
          parts.push(new Uint8Array(bytes));
        },
      };
      shell.substituted = await shell.runInSubshell(script, { ...run, stdout, tested: true });
      return Buffer.concat(parts).toString('utf8');
    },
  };
}
