import { LineTooLongError } from '../bytes/line-too-long-error.ts';
import { BrokenPipeError } from '../bytes/pipe.ts';
import type { Machine } from '../container/machine.ts';
import type { Terminal } from '../container/terminal.ts';
import { FileError } from '../file-system/file-error.ts';
import { wholeFile } from '../file-system/file-content.ts';
import { isFolder } from '../file-system/nodes.ts';
import { absolutePath, joinPath } from '../file-system/paths.ts';
import type { Process, ProcessStreams, Program } from '../programs/process.ts';
import { complain } from '../programs/process.ts';
import { ProcessSignal } from '../programs/process-signal.ts';
import { UsageError } from '../programs/usage-error.ts';

export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A program that is to be run. */
export interface ProgramCall {
  readonly machine: Machine;
  readonly words: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly workingDirectory: string;
  readonly streams: ProcessStreams;
  readonly signal: AbortSignal;
  readonly terminal?: Terminal;
}

/**
 * Runs a program to its end and gives its exit code, 127 and 126 for what cannot be run included. Rejects with the signal's
 * reason when that is no ProcessSignal.
 */
export async function runProgram(call: ProgramCall): Promise<number> {
  const { machine, words, environment, workingDirectory, streams, signal, terminal } = call;
  const [name = '', ...rest] = words;
  if (machine.processes.full) {
    await streams.stderr.write(Buffer.from("sh: can't fork: Resource temporarily unavailable\n"));
    return 2;
  }
  const controller = new AbortController();
  const id = machine.processes.add(words.join(' '), controller);
  const process: Process = {
    id,
    name,
    arguments: rest,
    environment,
    workingDirectory,
    machine,
    signal: AbortSignal.any([signal, controller.signal]),
    ...streams,
    ...(terminal !== undefined && { terminal }),
  };
  try {
    const found = findProgram(call, name);
    if (typeof found === 'function') return await found(process);
    await complain({ ...process, name: 'sh' }, `${name}: ${found === 126 ? 'Permission denied' : 'not found'}`);
    return found;
  } catch (error) {
    return await exitCodeOf(error, process);
  } finally {
    machine.processes.remove(id);
  }
}

async function exitCodeOf(error: unknown, process: Process): Promise<number> {
  if (error instanceof ProcessSignal) return error.exitCode;
  if (error instanceof BrokenPipeError) return new ProcessSignal('PIPE').exitCode;
  if (error instanceof FileError) return complain(process, `${error.path}: ${error.message}`);
  if (error instanceof UsageError || error instanceof LineTooLongError) return complain(process, error.message);
  throw error;
}

/** The program that a name stands for, or the exit code of a shell that does not find it or may not run it. */
function findProgram({ machine, environment, workingDirectory }: ProgramCall, name: string): Program | 126 | 127 {
  if (name === '') return 127;
  if (name.includes('/')) return programAt(machine, absolutePath(name, workingDirectory)) ?? 127;
  for (const directory of (environment.get('PATH') ?? defaultPath).split(':')) {
    const found = programAt(machine, joinPath(absolutePath(directory, workingDirectory), name));
    if (found !== undefined) return found;
  }
  return 127;
}

function programAt({ files, programs }: Machine, path: string): Program | 126 | undefined {
  let node;
  try {
    node = files.find(path);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
  if (node === undefined) return undefined;
  if (node.kind === 'program') return programs.get(node.program);
  if (isFolder(node) || (node.mode & 0o111) === 0 || node.kind !== 'file') return 126;
  const script = wholeFile(node).toString('utf8');
  const shell = programs.get('sh');
  return shell && ((process) => shell({ ...process, arguments: ['-c', script, path, ...process.arguments] }));
}
