import { FileError } from '../file-system/file-error.ts';
import { wholeFile } from '../file-system/file-content.ts';
import type { Process } from '../programs/process.ts';
import { complain, pathOf } from '../programs/process.ts';
import { InteractiveShell } from './interactive-shell.ts';
import { Shell } from './shell.ts';

/** `sh`: `-c`, a file, or its standard input; with a terminal it asks for commands. `-e`, `-x` and `-u` are taken. */
export async function shellProgram(process: Process): Promise<number> {
  const rest = [...process.arguments];
  const options = new Set<string>();
  while (/^-[a-z]+$/u.test(rest[0] ?? '')) for (const letter of rest.shift()?.slice(1) ?? '') options.add(letter);
  const unknown = [...options].find((letter) => !'ceilsux'.includes(letter));
  if (unknown !== undefined) {
    await complain(process, `illegal option -${unknown}`);
    return 2;
  }
  const shell = new Shell(process, { exitOnError: options.has('e'), trace: options.has('x'), unset: options.has('u') });
  if (options.has('c')) {
    const [script, name = process.name, ...positional] = rest;
    if (script === undefined) {
      await complain(process, '-c requires an argument');
      return 2;
    }
    shell.name = name;
    shell.positional = positional;
    return shell.runText(script);
  }
  const [path, ...positional] = rest;
  if (path !== undefined && !options.has('s')) {
    const node = process.machine.files.find(pathOf(process, path));
    if (node?.kind !== 'file') {
      await complain(process, `can't open '${path}': ${new FileError('ENOENT', path).message}`);
      return 2;
    }
    shell.name = path;
    shell.positional = positional;
    return shell.runText(wholeFile(node).toString('utf8'));
  }
  return new InteractiveShell(process, shell).run();
}
