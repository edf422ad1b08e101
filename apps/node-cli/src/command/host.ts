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
  /** What Node.js itself was started with, such as `--max-old-space-size=256`, besides what the environment says. */
  readonly runtimeArguments: readonly string[];
  /** The version of V8, for example `13.6.233.17-node.37`. */
  readonly v8Version: string;
  /** Gives V8 a flag that it heeds while it runs. */
  readonly setRuntimeFlag: (flag: string) => void;
  readonly workingDirectory: string;
  /** Where this program's own packages are looked up from. */
  readonly ownDirectory: string;
  readonly temporaryDirectory: string;
  readonly output: TextOutput;
  readonly errors: TextOutput;
  /** Aborted by the first signal that asks the process to stop. */
  readonly stop: AbortSignal;
}
