import { LineTooLongError } from '../bytes/line-too-long-error.ts';
import { FileError } from '../file-system/file-error.ts';
import { isFolder } from '../file-system/nodes.ts';
import { wholeFile } from '../file-system/file-content.ts';
import { absolutePath, normalPath } from '../file-system/paths.ts';
import { LoopJump, ShellExit } from './control-flow.ts';
import { parseScript } from './parse-script.ts';
import type { Shell } from './shell.ts';
import type { ShellRun } from './shell-run.ts';

/** A command that changes the shell itself. Gives its exit code. */
type Builtin = (shell: Shell, words: readonly string[], run: ShellRun) => Promise<number>;

const assignment = /^([A-Za-z_][A-Za-z0-9_]*)(?:=([^]*))?$/u;

function jump(kind: 'break' | 'continue'): Builtin {
  return async (_shell, [levels = '1']) => {
    throw new LoopJump(kind, Number(levels));
  };
}

const exit: Builtin = async (shell, [code]) => {
  throw new ShellExit(code === undefined ? shell.status : Number.parseInt(code, 10) & 0xff);
};

const changeDirectory: Builtin = async (shell, [target = shell.variable('HOME') ?? '/'], run) => {
  const wanted = target === '-' ? (shell.variable('OLDPWD') ?? shell.workingDirectory) : target;
  const path = normalPath(absolutePath(wanted, shell.workingDirectory));
  const node = shell.process.machine.files.find(path);
  if (node === undefined || !isFolder(node)) {
    const { message } = new FileError(node === undefined ? 'ENOENT' : 'ENOTDIR', path);
    return shell.complain(run, `cd: can't cd to ${wanted}: ${message}`);
  }
  shell.variables.set('OLDPWD', shell.workingDirectory);
  shell.workingDirectory = path;
  shell.variables.set('PWD', path);
  return 0;
};

const exportVariables: Builtin = async (shell, words, run) => {
  if (words.length === 0) {
    const lines = [...shell.exported].sort().map((name) => `export ${name}='${shell.variables.get(name) ?? ''}'\n`);
    await run.stdout.write(Buffer.from(lines.join('')));
  }
  for (const word of words) {
    const [, name, value] = assignment.exec(word) ?? [];
    if (name === undefined) return shell.complain(run, `export: ${word}: bad variable name`);
    shell.exported.add(name);
    if (value !== undefined) shell.variables.set(name, value);
  }
  return 0;
};

const unset: Builtin = async (shell, words) => {
  for (const name of words) {
    shell.variables.delete(name);
    shell.exported.delete(name);
  }
  return 0;
};

const set: Builtin = async (shell, words, run) => {
  const rest = [...words];
  if (rest.length === 0) {
    const lines = [...shell.variables].map(([name, value]) => `${name}='${value}'\n`);
    await run.stdout.write(Buffer.from(lines.sort().join('')));
  }
  for (let word = rest[0]; word !== undefined && /^[-+][eux]+$/u.test(word); word = rest[0]) {
    const on = word.startsWith('-');
    if (word.includes('e')) shell.options.exitOnError = on;
    if (word.includes('u')) shell.options.unset = on;
    if (word.includes('x')) shell.options.trace = on;
    rest.shift();
    if (rest.length === 0) return 0;
  }
  if (rest[0] === '--') rest.shift();
  else if (rest[0]?.startsWith('-') === true) return shell.complain(run, `set: illegal option ${rest[0]}`);
  if (words.length > 0) shell.positional = rest;
  return 0;
};

const read: Builtin = async (shell, words, run) => {
  const names = words.filter((word) => word !== '-r');
  let line: Buffer | undefined;
  try {
    line = await run.stdin.readLine(run.signal);
  } catch (error) {
    if (error instanceof LineTooLongError) return shell.complain(run, error.message);
    throw error;
  }
  const text = line?.toString('utf8').replace(/\n$/u, '') ?? '';
  const pieces = text.trim().split(/[ \t]+/u);
  for (const [index, name] of (names.length === 0 ? ['REPLY'] : names).entries()) {
    const last = index === Math.max(1, names.length) - 1;
    shell.variables.set(name, (last ? pieces.slice(index).join(' ') : pieces[index]) ?? '');
  }
  return line?.at(-1) === 0x0a ? 0 : 1;
};

const evaluate: Builtin = (shell, words, run) => shell.runScript(parseScript(words.join(' ')), run);

const source: Builtin = async (shell, [path = ''], run) => {
  const node = shell.process.machine.files.find(absolutePath(path, shell.workingDirectory));
  if (node?.kind !== 'file') return shell.complain(run, `.: can't open '${path}'`);
  return shell.runScript(parseScript(wholeFile(node).toString('utf8')), run);
};

const shift: Builtin = async (shell, [count = '1'], run) => {
  if (Number(count) > shell.positional.length) return shell.complain(run, "shift: can't shift that many");
  shell.positional = shell.positional.slice(Number(count));
  return 0;
};

const command: Builtin = async (shell, [option, name = ''], run) => {
  if (option !== '-v') return shell.complain(run, 'command: only -v is supported');
  const known = builtins.has(name) ? name : `/bin/${name}`;
  if (!builtins.has(name) && !shell.process.machine.programs.has(name)) return 127;
  await run.stdout.write(Buffer.from(`${known}\n`));
  return 0;
};

/** The built-in commands by name. The rest of what a shell runs are programs. */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', () => Promise.resolve(0)],
  ['.', source],
  ['break', jump('break')],
  ['cd', changeDirectory],
  ['command', command],
  ['continue', jump('continue')],
  ['eval', evaluate],
  ['exit', exit],
  ['export', exportVariables],
  ['read', read],
  ['set', set],
  ['shift', shift],
  ['unset', unset],
]);
