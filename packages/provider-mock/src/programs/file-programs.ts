import { FileError } from '../file-system/file-error.ts';
import { isFolder } from '../file-system/nodes.ts';
import type { FileSystemNode } from '../file-system/nodes.ts';
import { baseName, joinPath } from '../file-system/paths.ts';
import { readOptions } from './options.ts';
import { complain, pathOf, print } from './process.ts';
import type { Process, Program } from './process.ts';
import { UsageError } from './usage-error.ts';

export const ls: Program = async (process) => {
  const { flags, operands } = readOptions(process.arguments, { flags: 'la1AdFhR' });
  const { files } = process.machine;
  let status = 0;
  const paths = operands.length === 0 ? ['.'] : operands;
  for (const path of paths) {
    const node = files.find(pathOf(process, path)) ?? files.findLink(pathOf(process, path));
    if (node === undefined) {
      status = await complain(process, `${path}: ${new FileError('ENOENT', path).message}`);
    } else if (isFolder(node) && !flags.has('d')) {
      if (paths.length > 1) await print(process, `${path}:\n`);
      for (const name of files.list(pathOf(process, path))) {
        if (name.startsWith('.') && !flags.has('a') && !flags.has('A')) continue;
        const child = files.findLink(joinPath(pathOf(process, path), name));
        if (child !== undefined) await print(process, lineFor(name, child, flags.has('l')));
      }
    } else await print(process, lineFor(path, node, flags.has('l')));
  }
  return status;
};

function lineFor(name: string, node: FileSystemNode, long: boolean): string {
  if (!long) return `${name}\n`;
  const type = isFolder(node) ? 'd' : node.kind === 'link' ? 'l' : node.kind === 'device' ? 'c' : '-';
  const bits = Array.from(node.mode.toString(2).padStart(9, '0').slice(-9));
  const mode = bits.map((bit, index) => (bit === '1' ? 'rwx'[index % 3] : '-')).join('');
  const size = node.kind === 'file' ? node.size : 0;
  const time = new Date(node.modifiedAt).toISOString().replace('T', ' ').slice(0, 16);
  const target = node.kind === 'link' ? ` -> ${node.target}` : '';
  return `${type}${mode}    1 root     root     ${String(size).padStart(9)} ${time} ${name}${target}\n`;
}

export const mkdir: Program = async (process) => {
  const { flags, values, operands } = readOptions(process.arguments, { flags: 'p', valued: 'm' });
  for (const path of required(operands)) {
    if (flags.has('p')) process.machine.files.makeDirectories(pathOf(process, path));
    else process.machine.files.makeDirectory(pathOf(process, path), Number.parseInt(values.get('m') ?? '755', 8));
  }
  return 0;
};

export const rm: Program = async (process) => {
  const { flags, operands } = readOptions(process.arguments, { flags: 'rRf' });
  const { files } = process.machine;
  const recursive = flags.has('r') || flags.has('R');
  let status = 0;
  for (const path of flags.has('f') ? operands : required(operands)) {
    const node = files.findLink(pathOf(process, path));
    if (node === undefined && flags.has('f')) continue;
    if (node !== undefined && isFolder(node) && !recursive)
      status = await complain(process, `'${path}' is a directory`);
    else files.remove(pathOf(process, path), { recursive });
  }
  return status;
};

export const rmdir: Program = async (process) => {
  for (const path of required(readOptions(process.arguments, {}).operands)) {
    const node = process.machine.files.findLink(pathOf(process, path));
    if (node !== undefined && !isFolder(node)) throw new FileError('ENOTDIR', path);
    process.machine.files.remove(pathOf(process, path), { recursive: false });
  }
  return 0;
};

export const touch: Program = async (process) => {
  const { files } = process.machine;
  for (const path of required(readOptions(process.arguments, { flags: 'cam' }).operands)) {
    const known = files.find(pathOf(process, path));
    if (known === undefined) files.openFile(pathOf(process, path), { truncate: false });
    else if (known.kind === 'file' || known.kind === 'directory') known.modifiedAt = files.now();
    else throw new FileError(known.kind === 'volume' ? 'EROFS' : 'EACCES', path);
  }
  return 0;
};

/** Where a file that is copied or moved goes to: into the target when that is a directory. */
function destination(process: Process, from: string, to: string): string {
  const path = pathOf(process, to);
  return process.machine.files.isDirectory(path) ? joinPath(path, baseName(from)) : path;
}

export const mv: Program = async (process) => {
  const [to, ...from] = required(readOptions(process.arguments, { flags: 'f' }).operands).toReversed();
  if (to === undefined || from.length === 0) throw new UsageError('missing operand');
  for (const path of from) process.machine.files.rename(pathOf(process, path), destination(process, path, to));
  return 0;
};

export const cp: Program = async (process) => {
  const { flags, operands } = readOptions(process.arguments, { flags: 'rRafp' });
  const [to, ...from] = required(operands).toReversed();
  if (to === undefined || from.length === 0) throw new UsageError('missing operand');
  let status = 0;
  for (const path of from) {
    const node = process.machine.files.get(pathOf(process, path));
    if (isFolder(node) && !['r', 'R', 'a'].some((flag) => flags.has(flag)))
      status = await complain(process, `omitting directory '${path}'`);
    else copy(process, pathOf(process, path), destination(process, path, to));
  }
  return status;
};

function copy(process: Process, from: string, to: string): void {
  const { files } = process.machine;
  if (`${to}/`.startsWith(`${from}/`)) throw new FileError('EINVAL', to);
  const node = files.get(from);
  if (isFolder(node)) {
    files.makeDirectories(to);
    for (const name of files.list(from)) copy(process, joinPath(from, name), joinPath(to, name));
    return;
  }
  const target = files.openFile(to, { truncate: true, mode: node.mode });
  if (node.kind === 'file' && target.kind === 'file') for (const chunk of node.chunks) files.append(target, chunk, to);
}

export const ln: Program = async (process) => {
  const { flags, operands } = readOptions(process.arguments, { flags: 'sfn' });
  const [target = '', path = baseName(target)] = required(operands);
  if (!flags.has('s')) throw new UsageError('only symbolic links are supported: use -s');
  const at = destination(process, target, path);
  if (flags.has('f') && process.machine.files.findLink(at) !== undefined)
    process.machine.files.remove(at, { recursive: false });
  process.machine.files.makeLink(at, target);
  return 0;
};

export const readlink: Program = async (process) => {
  for (const path of required(readOptions(process.arguments, {}).operands)) {
    const node = process.machine.files.findLink(pathOf(process, path));
    if (node?.kind !== 'link') return 1;
    await print(process, `${node.target}\n`);
  }
  return 0;
};

export const chmod: Program = async (process) => {
  const [mode = '', ...paths] = required(readOptions(process.arguments, {}).operands);
  for (const path of paths) {
    const node = process.machine.files.get(pathOf(process, path));
    if (node.kind === 'volume') throw new FileError('EROFS', path);
    if (/^[0-7]{3,4}$/u.test(mode)) node.mode = Number.parseInt(mode, 8) & 0o777;
    else if (mode === '+x' || mode === 'a+x') node.mode |= 0o111;
    else if (mode === '-x' || mode === 'a-x') node.mode &= ~0o111;
    else throw new UsageError(`invalid mode '${mode}'`);
  }
  return 0;
};

function required(operands: readonly string[]): readonly string[] {
  if (operands.length === 0) throw new UsageError('missing operand');
  return operands;
}
