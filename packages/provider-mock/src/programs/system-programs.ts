import { parseDuration } from '../duration.ts';
import { readOptions } from './options.ts';
import { complain, print } from './process.ts';
import type { Program } from './process.ts';
import { signalNames, signalNumber } from './process-signal.ts';
import { UsageError } from './usage-error.ts';

export const env: Program = async (process) => {
  if (process.arguments.length > 0) throw new UsageError('only the list of all variables is supported');
  const lines = Array.from(process.environment, ([name, value]) => `${name}=${value}\n`);
  await print(process, lines.join(''));
  return 0;
};

export const printenv: Program = async (process) => {
  if (process.arguments.length === 0) return env(process);
  let status = 0;
  for (const name of process.arguments) {
    const value = process.environment.get(name);
    if (value === undefined) status = 1;
    else await print(process, `${value}\n`);
  }
  return status;
};

/** Seconds, or a duration such as `1m30s`; `infinity` is for good. */
export const sleep: Program = async (process) => {
  const { signal, machine } = process;
  let milliseconds = 0;
  for (const text of process.arguments) {
    const part =
      text === 'infinity' || text === 'inf'
        ? Number.POSITIVE_INFINITY
        : parseDuration(/[a-z]$/u.test(text) ? text : `${text}s`);
    if (part === undefined) throw new UsageError(`invalid number '${text}'`);
    milliseconds += part;
  }
  if (process.arguments.length === 0) throw new UsageError('missing operand');
  if (Number.isFinite(milliseconds)) await machine.clock.sleep(milliseconds, signal);
  else await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  return 0;
};

export const succeed: Program = () => Promise.resolve(0);
export const fail: Program = () => Promise.resolve(1);

export const pwd: Program = async (process) => {
  await print(process, `${process.workingDirectory}\n`);
  return 0;
};

export const id: Program = async (process) => {
  const { userId, groupId } = process.machine;
  const { flags } = readOptions(process.arguments, { flags: 'ugn' });
  if (flags.has('u')) await print(process, `${flags.has('n') && userId === 0 ? 'root' : userId}\n`);
  else if (flags.has('g')) await print(process, `${flags.has('n') && groupId === 0 ? 'root' : groupId}\n`);
  else await print(process, `uid=${named(userId)} gid=${named(groupId)} groups=${named(groupId)}\n`);
  return 0;
};

export const whoami: Program = async (process) => {
  const { userId } = process.machine;
  if (userId !== 0) return complain(process, `unknown uid ${userId}`);
  await print(process, 'root\n');
  return 0;
};

function named(identifier: number): string {
  return identifier === 0 ? '0(root)' : String(identifier);
}

export const hostname: Program = async (process) => {
  await print(process, `${process.machine.hostname}\n`);
  return 0;
};

export const uname: Program = async (process) => {
  const { flags } = readOptions(process.arguments, { flags: 'asnrm' });
  const { hostname } = process.machine;
  const parts = { s: 'Linux', n: hostname, r: 'mock', m: 'mock' };
  const chosen = Object.entries(parts).filter(([letter]) =>
    flags.size === 0 ? letter === 's' : flags.has('a') || flags.has(letter),
  );
  await print(process, `${chosen.map(([, text]) => text).join(' ')}\n`);
  return 0;
};

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const date: Program = async (process) => {
  const { operands } = readOptions(process.arguments, { flags: 'uI' });
  const time = new Date(process.machine.now());
  const two = (value: number): string => String(value).padStart(2, '0');
  const fields: Readonly<Record<string, string>> = {
    Y: String(time.getUTCFullYear()),
    m: two(time.getUTCMonth() + 1),
    d: two(time.getUTCDate()),
    H: two(time.getUTCHours()),
    M: two(time.getUTCMinutes()),
    S: two(time.getUTCSeconds()),
    N: `${String(time.getUTCMilliseconds()).padStart(3, '0')}000000`,
    s: String(Math.floor(time.getTime() / 1_000)),
    Z: 'UTC',
    a: weekdays[time.getUTCDay()] ?? '',
    b: months[time.getUTCMonth()] ?? '',
    F: time.toISOString().slice(0, 10),
    T: time.toISOString().slice(11, 19),
    n: '\n',
    '%': '%',
  };
  const [format = '+%a %b %d %T %Z %Y'] = operands;
  if (!format.startsWith('+')) throw new UsageError(`invalid date '${format}'`);
  await print(process, `${format.slice(1).replace(/%(.)/gu, (whole, letter: string) => fields[letter] ?? whole)}\n`);
  return 0;
};

export const kill: Program = async (process) => {
  const [first = '', ...rest] = process.arguments;
  const named = /^-(?:SIG)?([A-Z]+|\d+)$/u.exec(first)?.[1];
  const signal =
    named === undefined ? 'TERM' : signalNames.find((name) => name === named || String(signalNumber(name)) === named);
  const targets = named === undefined ? process.arguments : rest;
  if (signal === undefined) throw new UsageError(`bad signal name '${named}'`);
  if (targets.length === 0) throw new UsageError('you need to specify whom to kill');
  let status = 0;
  for (const target of targets) {
    const killed = process.machine.processes.kill(Number(target), signal);
    if (killed === true) continue;
    const why = killed === undefined ? 'No such process' : 'Operation not permitted';
    status = await complain(process, `can't kill pid ${target}: ${why}`);
  }
  return status;
};

export const ps: Program = async (process) => {
  const lines = process.machine.processes.list().map(({ id, command }) => `${String(id).padStart(5)} ${command}\n`);
  await print(process, `  PID COMMAND\n    1 (main process)\n${lines.join('')}`);
  return 0;
};

export const tty: Program = async (process) => {
  await print(process, process.terminal === undefined ? 'not a tty\n' : '/dev/pts/0\n');
  return process.terminal === undefined ? 1 : 0;
};

export const stty: Program = async (process) => {
  const { terminal, machine, signal } = process;
  if (terminal === undefined) return complain(process, 'standard input: Not a tty');
  for (const word of process.arguments) {
    if (word === 'size') {
      const { height, width } = (await terminal.size(machine.clock, signal)) ?? { height: 0, width: 0 };
      await print(process, `${height} ${width}\n`);
    } else if (word === 'echo' || word === '-echo') terminal.echo = word === 'echo';
    else if (word === 'raw' || word === '-icanon') terminal.canonical = false;
    else if (word === '-raw' || word === 'icanon' || word === 'cooked') terminal.canonical = true;
    else if (word === 'sane') {
      terminal.echo = true;
      terminal.canonical = true;
    } else throw new UsageError(`invalid argument '${word}'`);
  }
  return 0;
};
