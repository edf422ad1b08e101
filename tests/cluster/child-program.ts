import { spawn, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';

export interface ChildProgramOptions {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly workingDirectory: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that runs beside the tests. It ends with them, whatever becomes of them. */
export class ChildProgram {
  readonly name: string;
  readonly ended: Promise<ProgramEnd>;
  readonly #child: ChildProcess;
  readonly #killNow = (): void => void this.#child.kill('SIGKILL');
  #output = '';
  #running = true;
  #onOutput: () => void = () => undefined;

  constructor(options: ChildProgramOptions) {
    this.name = basename(options.program);
    this.#child = spawn(options.program, options.arguments, {
      cwd: options.workingDirectory,
      env: { PATH: process.env['PATH'] ?? '', ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        this.#output += bytes.toString();
        this.#onOutput();
      });
    }
    process.once('exit', this.#killNow);
    this.ended = new Promise<ProgramEnd>((resolve) => {
      this.#child.once('error', (error) => {
        this.#output += error.message;
        resolve({ code: null, signal: null });
      });
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    }).then((end) => {
      this.#running = false;
      process.removeListener('exit', this.#killNow);
      return end;
    });
  }

  get running(): boolean {
    return this.#running;
  }

  /** What it has written so far, to both outputs. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when it has written this; fails when it ends before. */
  async says(text: string): Promise<void> {
    const said = new Promise<true>((resolve) => {
      this.#onOutput = () => {
        if (this.#output.includes(text)) resolve(true);
      };
      this.#onOutput();
    });
    if ((await Promise.race([said, this.ended])) === true) return;
    throw new Error(`${this.name} ended before it said "${text}":\n${this.lastLines(20)}`);
  }

  lastLines(count: number): string {
    return this.#output.trimEnd().split('\n').slice(-count).join('\n');
  }

  /** Sends the signal and resolves when the program has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProgramEnd> {
    if (this.#running) this.#child.kill(signal);
    return this.ended;
  }
}
