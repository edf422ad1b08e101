import type { CommandOutcome } from '../remote-command/command-outcome.ts';
import type { StreamSession } from '../remote-command/stream-session.ts';
import { readAll, writeText } from './read-all.ts';

/** The few commands that tests run, on the session's streams. */
export async function runCommand(command: readonly string[], session: StreamSession): Promise<CommandOutcome> {
  const [name = '', argument = ''] = command;
  switch (name) {
    case 'echo':
      await writeText(session.stdout, `${command.slice(1).join(' ')}\n`);
      return { exitCode: 0 };
    case 'cat':
      await writeText(session.stdout, await readAll(session.stdin));
      return { exitCode: 0 };
    case 'exit':
      await writeText(session.stderr, 'bye\n');
      return { exitCode: Number(argument) };
    case 'fail':
      return { failure: argument, reason: 'NotFound', httpStatus: 404 };
    case 'sizes': {
      let left = Number(argument);
      for await (const { width, height } of session.resizes) {
        await writeText(session.stdout, `${width}x${height}\n`);
        left -= 1;
        if (left === 0) {
          break;
        }
      }
      return { exitCode: 0 };
    }
    default:
      return { failure: `there is no command ${name}` };
  }
}
