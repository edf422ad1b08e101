import type { Environment } from '../flags/resolve-flags.ts';

/** Somewhere to write to. */
export interface TextOutput {
  write(text: string): void;
  /** Whether a person reads it. */
  readonly isTerminal: boolean;
}

/** The part of V8's heap where objects begin. */
export interface YoungGeneration {
  /** Bytes that it takes of the memory. */
  size(): number;
  /** Calls after each collection of garbage, until the function that it gives is called. */
  onCollected(listener: () => void): () => void;
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
  readonly youngGeneration: YoungGeneration;
  readonly workingDirectory: string;
  /** Where this program's own packages are looked up from. */
  readonly ownDirectory: string;
  readonly temporaryDirectory: string;
  readonly output: TextOutput;
  readonly errors: TextOutput;
  /** Aborted by the first signal that asks the process to stop. */
  readonly stop: AbortSignal;
}
