import { Pipe } from '../bytes/pipe.ts';
import { ShellExit } from './control-flow.ts';
import { runCompoundCommand } from './run-compound-command.ts';
import { runSimpleCommand } from './run-simple-command.ts';
import type { Shell } from './shell.ts';
import type { ShellRun } from './shell-run.ts';
import type { Command } from './syntax.ts';
import { withRedirections } from './with-redirections.ts';

/** Runs one command of any kind. Gives its status. */
export async function runShellCommand(shell: Shell, command: Command, run: ShellRun): Promise<number> {
  switch (command.kind) {
    case 'simple':
      return failing(shell, await runSimpleCommand(shell, command, run), run);
    case 'pipeline':
      return runPipeline(shell, command, run);
    case 'and':
    case 'or': {
      const left = await runShellCommand(shell, command.left, { ...run, tested: true });
      shell.status = left;
      return (left === 0) === (command.kind === 'and') ? runShellCommand(shell, command.right, run) : left;
    }
    case 'subshell':
      return failing(
        shell,
        await withRedirections(shell, command, run, (own) => shell.runInSubshell(command.body, own)),
        run,
      );
    case 'group':
    case 'if':
    case 'while':
    case 'until':
    case 'for':
      return withRedirections(shell, command, run, (own) => runCompoundCommand(shell, command, own));
  }
}

/** `-e`. */
function failing(shell: Shell, status: number, run: ShellRun): number {
  if (status !== 0 && shell.options.exitOnError && !run.tested) throw new ShellExit(status);
  return status;
}

async function runPipeline(
  shell: Shell,
  { stages, negated }: Extract<Command, { readonly kind: 'pipeline' }>,
  run: ShellRun,
): Promise<number> {
  const tested = run.tested || negated;
  let { stdin } = run;
  const pipes: Pipe[] = [];
  const running = stages.map((stage, index): Promise<number> => {
    const last = index === stages.length - 1;
    const input = stdin;
    if (stages.length === 1) return runShellCommand(shell, stage, { ...run, tested });
    const pipe = last ? undefined : new Pipe();
    const before = index === 0 ? undefined : pipes[index - 1];
    if (pipe !== undefined) {
      pipes.push(pipe);
      stdin = pipe.reader;
    }
    return shell
      .runInSubshell([stage], { ...run, tested: true, stdin: input, stdout: pipe ?? run.stdout })
      .finally(() => {
        pipe?.end();
        before?.close();
      });
  });
  const statuses = await settled(running);
  const status = statuses.at(-1) ?? 0;
  return failing(shell, negated ? (status === 0 ? 1 : 0) : status, { ...run, tested });
}

/** Waits for all, then gives what they came to or throws what the first of them threw. */
async function settled(running: readonly Promise<number>[]): Promise<number[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}
