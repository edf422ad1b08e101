import { builtins } from './builtins.ts';
import { ShellExit } from './control-flow.ts';
import { expandText, expandWord } from './expand-word.ts';
import { expansionOf } from './expansion-of.ts';
import { runProgram } from './run-program.ts';
import type { Shell } from './shell.ts';
import type { ShellRun } from './shell-run.ts';
import { ShellSyntaxError } from './shell-syntax-error.ts';
import type { SimpleCommand } from './syntax.ts';
import { UnsetVariableError } from './unset-variable-error.ts';
import { withRedirections } from './with-redirections.ts';

/** Runs a builtin or a program, or sets variables where there is neither. */
export async function runSimpleCommand(shell: Shell, command: SimpleCommand, run: ShellRun): Promise<number> {
  const expansion = expansionOf(shell, run);
  let words: string[];
  const assignments: [string, string][] = [];
  try {
    words = [];
    shell.substituted = 0;
    for (const word of command.words) words.push(...(await expandWord(word, expansion)));
    for (const { name, value } of command.assignments) assignments.push([name, await expandText(value, expansion)]);
  } catch (error) {
    if (!(error instanceof UnsetVariableError) && !(error instanceof ShellSyntaxError)) throw error;
    await shell.complain(run, error.message);
    throw new ShellExit(2);
  }
  if (shell.options.trace)
    await run.stderr.write(Buffer.from(`+ ${[...assignments.map((a) => a.join('=')), ...words].join(' ')}\n`));
  if (words.length === 0) {
    for (const [name, value] of assignments) shell.variables.set(name, value);
    return withRedirections(shell, command, run, async () => shell.substituted);
  }
  return withRedirections(shell, command, run, async (own) => {
    const [name = '', ...rest] = words;
    const builtin = builtins.get(name);
    if (builtin !== undefined) {
      for (const [variable, value] of assignments) shell.variables.set(variable, value);
      return builtin(shell, rest, own);
    }
    const exported = [...shell.exported].map((key): [string, string] => [key, shell.variables.get(key) ?? '']);
    const { machine, terminal } = shell.process;
    return runProgram({
      machine,
      words,
      environment: new Map([...exported, ...assignments]),
      workingDirectory: shell.workingDirectory,
      streams: own,
      signal: own.signal,
      ...(terminal !== undefined && { terminal }),
    });
  });
}
