import type { Environment } from '../flags/resolve-flags.ts';

/** Somewhere to write to. */
export interface TextOutput {
  write(text: string): void;
  /** Whether a person reads it. */
  readonly isTerminal: boolean;
}

/** What the command gets from the process that it runs in. Nothing else of the program looks at the process. */
export interface CommandHost {
  /** Without the program and the script. */
  readonly arguments: readonly string[];
  readonly environment: Environment;
  readonly workingDirectory: string;
  /** Where this program's own packages are looked up from. */
  readonly ownDirectory: string;
  readonly temporaryDirectory: string;
  readonly output: TextOutput;
  readonly errors: TextOutput;
  /** Aborted by the first signal that asks the process to stop. */
  readonly stop: AbortSignal;
}
