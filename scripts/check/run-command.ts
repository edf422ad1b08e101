import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

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

/** Colours are for a terminal. Some programs colour their output for a CI as well, and one does so whatever it is told. */
const coloured = process.stdout.isTTY;
const environment = {
  ...process.env,
  ...(coloured ? {} : { NO_COLOR: '1' }),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
};
const readable = (output: string): string => (coloured ? output : stripVTControlCharacters(output));

/** Runs a program to its end. A program that cannot be started is a failed one, with the reason as its output. */
export const runCommand = (
  [program, ...parameters]: readonly [string, ...string[]],
  options: CommandOptions,
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(program, parameters, {
      cwd: options.directory,
      env: environment,
      stdio: options.live === true ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer): void => void chunks.push(chunk);
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => resolve({ ok: false, output: `${program} could not be started: ${error.message}` }));
    child.on('close', (code) => resolve({ ok: code === 0, output: readable(Buffer.concat(chunks).toString('utf8')) }));
  });
