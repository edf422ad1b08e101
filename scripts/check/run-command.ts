import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly ok: boolean;
  /** What it printed on both streams; empty when it printed to the terminal itself. */
  readonly output: string;
}

export interface CommandOptions {
  readonly directory: string;
  /** Prints to this terminal as it goes instead of handing the output back. */
  readonly live?: boolean;
}

/** Some programs colour their output for a CI even when it goes into a file. */
const plainOutput = process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined };

/** Runs a program to its end. A program that cannot be started is a failed one, with the reason as its output. */
export const runCommand = (
  [program, ...parameters]: readonly [string, ...string[]],
  options: CommandOptions,
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(program, parameters, {
      cwd: options.directory,
      env: { ...process.env, ...plainOutput, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
      stdio: options.live === true ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer): void => void chunks.push(chunk);
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => resolve({ ok: false, output: `${program} could not be started: ${error.message}` }));
    child.on('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(chunks).toString('utf8') }));
  });
