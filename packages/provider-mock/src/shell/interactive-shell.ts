import type { Process } from '../programs/process.ts';
import { complain, print } from '../programs/process.ts';
import { ProcessSignal } from '../programs/process-signal.ts';
import { parseScript } from './parse-script.ts';
import type { Shell } from './shell.ts';
import { ShellSyntaxError } from './shell-syntax-error.ts';

/** Reads commands line by line from the standard input; with a terminal it prompts for them, and Ctrl-C ends one only. */
export class InteractiveShell {
  readonly #process: Process;
  readonly #shell: Shell;

  constructor(process: Process, shell: Shell) {
    this.#process = process;
    this.#shell = shell;
  }

  async run(): Promise<number> {
    const { terminal } = this.#process;
    const outer = terminal?.foreground;
    try {
      for (;;) {
        const ended = await this.#turn();
        if (ended) return this.#shell.status;
      }
    } finally {
      if (terminal !== undefined) terminal.foreground = outer;
    }
  }

  /** Reads one command, which may take several lines, and runs it. True at the end. */
  async #turn(): Promise<boolean> {
    const { terminal, stdin, signal } = this.#process;
    let text = '';
    // Ctrl-C at the prompt throws away what was typed; during a command it ends that.
    const foreground = new AbortController();
    if (terminal !== undefined) terminal.foreground = foreground;
    const turnSignal = AbortSignal.any([signal, foreground.signal]);
    try {
      for (;;) {
        if (terminal !== undefined) await print(this.#process, text === '' ? this.#prompt() : '> ');
        const line = await stdin.readLine(turnSignal);
        if (line === undefined) return this.#atEnd(text);
        text += line.toString('utf8');
        const script = this.#parse(text);
        if (script === 'incomplete') continue;
        await this.#shell.runParsed(script, turnSignal);
        return this.#shell.exited;
      }
    } catch (error) {
      if (error instanceof ShellSyntaxError) {
        await complain(this.#process, error.message);
        this.#shell.status = 2;
        return terminal === undefined;
      }
      if (!foreground.signal.aborted || signal.aborted || !(error instanceof ProcessSignal)) throw error;
      this.#shell.status = error.exitCode;
      return false;
    }
  }

  async #atEnd(text: string): Promise<boolean> {
    if (text !== '') throw new ShellSyntaxError('unexpected end of file', { incomplete: false });
    // So that the next prompt, of whoever started this, is on a line of its own.
    if (this.#process.terminal !== undefined) await print(this.#process, '\n');
    return true;
  }

  #parse(text: string): ReturnType<typeof parseScript> | 'incomplete' {
    try {
      return parseScript(text);
    } catch (error) {
      if (error instanceof ShellSyntaxError && error.incomplete) return 'incomplete';
      throw error;
    }
  }

  #prompt(): string {
    return this.#shell.variable('PS1') ?? `${this.#shell.workingDirectory} # `;
  }
}
