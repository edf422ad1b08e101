import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Clock } from '@vk/node';

export interface ManagedProcessOptions {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Both outputs are appended to it. */
  readonly logFile: string;
  readonly workingDirectory: string;
}

const stopMilliseconds = 10_000;

/**
 * A program that runs as long as it is wanted. It is in a process group of its own: a Ctrl-C at the terminal reaches this
 * process only, which stops the node first and the control plane after it.
 */
export class ManagedProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #logFile: string;
  /** Resolves when the program has ended, with how. */
  readonly ended: Promise<string>;
  #running = true;

  constructor(options: ManagedProcessOptions) {
    this.name = basename(options.program);
    this.#logFile = options.logFile;
    const log = openSync(options.logFile, 'a');
    this.#child = spawn(options.program, options.arguments, {
      cwd: options.workingDirectory,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    }).then((how) => {
      this.#running = false;
      return how as string;
    });
  }

  get running(): boolean {
    return this.#running;
  }

  /** What the program said last, for a message about its end. */
  async lastLines(count = 3): Promise<string> {
    const lines = (await readFile(this.#logFile, 'utf8')).trimEnd().split('\n');
    return lines.slice(-count).join(' | ');
  }

  /** Asks the program to end, and ends it if it does not. */
  async stop(clock: Clock): Promise<void> {
    if (!this.#running) return;
    this.#child.kill('SIGTERM');
    const patience = clock.setTimer(() => this.kill(), stopMilliseconds);
    await this.ended;
    patience.cancel();
  }

  /** Ends the program at once. */
  kill(): void {
    if (this.#running) this.#child.kill('SIGKILL');
  }
}
