import { complain } from '../programs/process.ts';
import type { Process, ProcessStreams } from '../programs/process.ts';
import { LoopJump, ShellExit } from './control-flow.ts';
import { parseScript } from './parse-script.ts';
import { runShellCommand } from './run-shell-command.ts';
import { ShellLimitError } from './shell-limit-error.ts';
import type { ShellOptions, ShellRun } from './shell-run.ts';
import { ShellSyntaxError } from './shell-syntax-error.ts';
import type { Script } from './syntax.ts';

/** Scripts within each other: more of them than anybody writes, fewer than fill the memory. */
const deepest = 1_000;

/** A shell with its variables, its working directory and the status of its last command. */
export class Shell {
  readonly process: Process;
  readonly options: ShellOptions;
  readonly variables: Map<string, string>;
  readonly exported: Set<string>;
  workingDirectory: string;
  positional: readonly string[] = [];
  name = 'sh';
  status = 0;
  exited = false;
  /** How many scripts are being run within each other. */
  depth = 0;
  /** The status of the last command substitution: that of a command which consists of nothing else. */
  substituted = 0;

  constructor(process: Process, options: ShellOptions) {
    this.process = process;
    this.options = { ...options };
    this.variables = new Map(process.environment);
    this.exported = new Set(process.environment.keys());
    this.workingDirectory = process.workingDirectory;
    this.variables.set('PWD', process.workingDirectory);
  }

  /** Runs a text to its end. Gives the exit code. */
  async runText(text: string): Promise<number> {
    try {
      await this.runParsed(parseScript(text), this.process.signal);
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      await complain(this.process, error.message);
      this.status = 2;
    }
    return this.status;
  }

  /** Runs a script. `exited` says afterwards whether it ended the shell. */
  async runParsed(script: Script, signal: AbortSignal): Promise<void> {
    const { stdin, stdout, stderr } = this.process;
    try {
      await this.runScript(script, { stdin, stdout, stderr, signal, tested: false });
    } catch (error) {
      if (error instanceof ShellExit) {
        this.status = error.exitCode;
        this.exited = true;
      } else if (error instanceof ShellLimitError) {
        await complain(this.process, error.message);
        this.status = 2;
        this.exited = true;
      } else if (!(error instanceof LoopJump)) throw error;
    }
  }

  async runScript(script: Script, run: ShellRun): Promise<number> {
    if (this.depth >= deepest) throw new ShellLimitError('too many commands within each other');
    this.depth += 1;
    try {
      for (const command of script) {
        run.signal.throwIfAborted();
        this.status = await runShellCommand(this, command, run);
      }
      run.signal.throwIfAborted();
      return this.status;
    } finally {
      this.depth -= 1;
    }
  }

  variable(name: string): string | undefined {
    if (/^\d+$/u.test(name)) return name === '0' ? this.name : this.positional[Number(name) - 1];
    switch (name) {
      case '?':
        return String(this.status);
      case '#':
        return String(this.positional.length);
      case '$':
        return String(this.process.id);
      case '-':
        return `${this.options.exitOnError ? 'e' : ''}${this.options.unset ? 'u' : ''}${this.options.trace ? 'x' : ''}`;
      default:
        return this.variables.get(name);
    }
  }

  /** Shows an error of the shell itself. */
  async complain(run: ProcessStreams, message: string): Promise<number> {
    await run.stderr.write(Buffer.from(`${this.name}: ${message}\n`));
    return 1;
  }

  /** Runs commands in a shell of their own, which begins as this one is. */
  async runInSubshell(body: Script, run: ShellRun): Promise<number> {
    const child = new Shell(this.process, this.options);
    child.variables.clear();
    for (const [name, value] of this.variables) child.variables.set(name, value);
    for (const name of this.exported) child.exported.add(name);
    child.workingDirectory = this.workingDirectory;
    child.positional = this.positional;
    child.name = this.name;
    child.depth = this.depth;
    child.status = this.status;
    try {
      return await child.runScript(body, run);
    } catch (error) {
      if (error instanceof ShellExit) return error.exitCode;
      if (error instanceof LoopJump) return child.status;
      throw error;
    }
  }
}
