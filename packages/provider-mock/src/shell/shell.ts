import { eventLoopTurn } from '../bytes/event-loop-turn.ts';
import { Pipe } from '../bytes/pipe.ts';
import { complain } from '../programs/process.ts';
import type { Process, ProcessStreams } from '../programs/process.ts';
import { FileError } from '../file-system/file-error.ts';
import { builtins } from './builtins.ts';
import { LoopJump, ShellExit } from './control-flow.ts';
import { expandText, expandWord } from './expand-word.ts';
import type { Expansion } from './expand-word.ts';
import { longestText } from './longest-text.ts';
import { parseScript } from './parse-script.ts';
import { redirect } from './redirect.ts';
import { runProgram } from './run-program.ts';
import { ShellLimitError } from './shell-limit-error.ts';
import type { ShellOptions, ShellRun } from './shell-run.ts';
import { ShellSyntaxError } from './shell-syntax-error.ts';
import type { Command, CompoundCommand, Redirection, Script, SimpleCommand } from './syntax.ts';
import { UnsetVariableError } from './unset-variable-error.ts';

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
  #substituted = 0;

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
        this.status = await this.#command(command, run);
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

  async #command(command: Command, run: ShellRun): Promise<number> {
    switch (command.kind) {
      case 'simple':
        return this.#failing(await this.#simple(command, run), run);
      case 'pipeline':
        return this.#pipeline(command, run);
      case 'and':
      case 'or': {
        const left = await this.#command(command.left, { ...run, tested: true });
        this.status = left;
        return (left === 0) === (command.kind === 'and') ? this.#command(command.right, run) : left;
      }
      case 'subshell':
        return this.#failing(await this.#redirected(command, run, (own) => this.#subshell(command.body, own)), run);
      case 'group':
      case 'if':
      case 'while':
      case 'until':
      case 'for':
        return this.#redirected(command, run, (own) => this.#compound(command, own));
    }
  }

  /** `-e`. */
  #failing(status: number, run: ShellRun): number {
    if (status !== 0 && this.options.exitOnError && !run.tested) throw new ShellExit(status);
    return status;
  }

  async #pipeline(
    { stages, negated }: Extract<Command, { readonly kind: 'pipeline' }>,
    run: ShellRun,
  ): Promise<number> {
    const tested = run.tested || negated;
    let { stdin } = run;
    const pipes: Pipe[] = [];
    const running = stages.map((stage, index): Promise<number> => {
      const last = index === stages.length - 1;
      const input = stdin;
      if (stages.length === 1) return this.#command(stage, { ...run, tested });
      const pipe = last ? undefined : new Pipe();
      const before = index === 0 ? undefined : pipes[index - 1];
      if (pipe !== undefined) {
        pipes.push(pipe);
        stdin = pipe.reader;
      }
      return this.#subshell([stage], { ...run, tested: true, stdin: input, stdout: pipe ?? run.stdout }).finally(() => {
        pipe?.end();
        before?.close();
      });
    });
    const statuses = await settled(running);
    const status = statuses.at(-1) ?? 0;
    return this.#failing(negated ? (status === 0 ? 1 : 0) : status, { ...run, tested });
  }

  async #subshell(body: Script, run: ShellRun): Promise<number> {
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

  async #compound(command: CompoundCommand, run: ShellRun): Promise<number> {
    switch (command.kind) {
      case 'subshell':
      case 'group':
        return this.runScript(command.body, run);
      case 'if':
        for (const { condition, body } of command.branches) {
          if ((await this.runScript(condition, { ...run, tested: true })) === 0) return this.runScript(body, run);
        }
        return command.otherwise === undefined ? 0 : this.runScript(command.otherwise, run);
      case 'for': {
        const words = command.words ?? [[{ kind: 'variable', name: '@', quoted: true } as const]];
        const values: string[] = [];
        for (const word of words) values.push(...(await expandWord(word, this.#expansion(run))));
        return this.#loop(command.body, run, async () => {
          const value = values.shift();
          if (value !== undefined) this.variables.set(command.name, value);
          return value !== undefined;
        });
      }
      case 'while':
      case 'until':
        return this.#loop(command.body, run, async () => {
          const status = await this.runScript(command.condition, { ...run, tested: true });
          return (status === 0) === (command.kind === 'while');
        });
    }
  }

  async #loop(body: Script, run: ShellRun, proceed: () => Promise<boolean>): Promise<number> {
    let status = 0;
    while (await proceed()) {
      await eventLoopTurn();
      run.signal.throwIfAborted();
      try {
        status = await this.runScript(body, run);
      } catch (error) {
        if (!(error instanceof LoopJump)) throw error;
        if (error.levels > 1) throw new LoopJump(error.kind, error.levels - 1);
        if (error.kind === 'break') break;
      }
    }
    return status;
  }

  async #simple(command: SimpleCommand, run: ShellRun): Promise<number> {
    const expansion = this.#expansion(run);
    let words: string[];
    const assignments: [string, string][] = [];
    try {
      words = [];
      this.#substituted = 0;
      for (const word of command.words) words.push(...(await expandWord(word, expansion)));
      for (const { name, value } of command.assignments) assignments.push([name, await expandText(value, expansion)]);
    } catch (error) {
      if (!(error instanceof UnsetVariableError) && !(error instanceof ShellSyntaxError)) throw error;
      await this.complain(run, error.message);
      throw new ShellExit(2);
    }
    if (this.options.trace)
      await run.stderr.write(Buffer.from(`+ ${[...assignments.map((a) => a.join('=')), ...words].join(' ')}\n`));
    if (words.length === 0) {
      for (const [name, value] of assignments) this.variables.set(name, value);
      return this.#redirected(command, run, async () => this.#substituted);
    }
    return this.#redirected(command, run, async (own) => {
      const [name = '', ...rest] = words;
      const builtin = builtins.get(name);
      if (builtin !== undefined) {
        for (const [variable, value] of assignments) this.variables.set(variable, value);
        return builtin(this, rest, own);
      }
      const exported = [...this.exported].map((key): [string, string] => [key, this.variables.get(key) ?? '']);
      const { machine, terminal } = this.process;
      return runProgram({
        machine,
        words,
        environment: new Map([...exported, ...assignments]),
        workingDirectory: this.workingDirectory,
        streams: own,
        signal: own.signal,
        ...(terminal !== undefined && { terminal }),
      });
    });
  }

  async #redirected(
    command: { readonly redirections: readonly Redirection[] },
    run: ShellRun,
    proceed: (run: ShellRun) => Promise<number>,
  ): Promise<number> {
    if (command.redirections.length === 0) return proceed(run);
    let streams: ProcessStreams;
    try {
      const { machine } = this.process;
      streams = await redirect(command.redirections, run, machine, this.#expansion(run));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return this.complain(run, `can't open ${error.path}: ${error.message}`);
    }
    return proceed({ ...run, ...streams });
  }

  #expansion(run: ShellRun): Expansion {
    return {
      files: this.process.machine.files,
      workingDirectory: this.workingDirectory,
      positional: this.positional,
      variable: (name) => {
        const value = this.variable(name);
        if (value === undefined && this.options.unset) throw new UnsetVariableError(name, '');
        return value;
      },
      assign: (name, value) => this.variables.set(name, value),
      substitute: async (script) => {
        const parts: Uint8Array[] = [];
        let length = 0;
        const stdout = {
          write: async (bytes: Uint8Array): Promise<void> => {
            length += bytes.length;
            if (length > longestText) throw new ShellLimitError('out of memory');
            parts.push(new Uint8Array(bytes));
          },
        };
        this.#substituted = await this.#subshell(script, { ...run, stdout, tested: true });
        return Buffer.concat(parts).toString('utf8');
      },
    };
  }
}

/** Waits for all, then gives what they came to or throws what the first of them threw. */
async function settled(running: readonly Promise<number>[]): Promise<number[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}
