import type { ProcessStreams } from '../programs/process.ts';

export interface ShellOptions {
  /** `-e`: a command that fails ends the shell. */
  exitOnError: boolean;
  /** `-x`: each command is shown before it is run. */
  trace: boolean;
  /** `-u`: a variable that is not set is an error. */
  unset: boolean;
}

/** What a command reads from, writes to, and is ended by. */
export interface ShellRun extends ProcessStreams {
  readonly signal: AbortSignal;
  /** A failure decides something here, as the condition of an `if` does: `-e` does not apply. */
  readonly tested: boolean;
}
