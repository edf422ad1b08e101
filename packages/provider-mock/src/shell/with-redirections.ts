import { FileError } from '../file-system/file-error.ts';
import type { ProcessStreams } from '../programs/process.ts';
import { expansionOf } from './expansion-of.ts';
import { redirect } from './redirect.ts';
import type { Shell } from './shell.ts';
import type { ShellRun } from './shell-run.ts';
import type { Redirection } from './syntax.ts';

/** Goes on with the streams that a command's redirections give it. */
export async function withRedirections(
  shell: Shell,
  command: { readonly redirections: readonly Redirection[] },
  run: ShellRun,
  proceed: (run: ShellRun) => Promise<number>,
): Promise<number> {
  if (command.redirections.length === 0) return proceed(run);
  let streams: ProcessStreams;
  try {
    const { machine } = shell.process;
    streams = await redirect(command.redirections, run, machine, expansionOf(shell, run));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return shell.complain(run, `can't open ${error.path}: ${error.message}`);
  }
  return proceed({ ...run, ...streams });
}
