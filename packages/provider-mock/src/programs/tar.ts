import { createTarDecoder, createTarPacker } from 'modern-tar';
import type { TarHeader, TarPackController } from 'modern-tar';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { FileError } from '../file-system/file-error.ts';
import { isFolder } from '../file-system/nodes.ts';
import type { FileSystemNode } from '../file-system/nodes.ts';
import { openWriter } from '../file-system/open-writer.ts';
import { absolutePath, joinPath } from '../file-system/paths.ts';
import { complain, pathOf, print } from './process.ts';
import type { Process, Program } from './process.ts';
import { readContent } from './read-files.ts';
import { readTarOptions } from './tar-options.ts';
import type { TarOptions } from './tar-options.ts';
import { UsageError } from './usage-error.ts';

/** `tar`, as far as `kubectl cp` and people use it: create, extract and list, with nothing held but what is under way. */
export const tar: Program = async (process) => {
  const options = readTarOptions(process.arguments);
  const directory = pathOf(process, options.directory);
  if (!process.machine.files.isDirectory(directory)) throw new FileError('ENOENT', options.directory);
  return options.mode === 'create' ? create(process, options, directory) : extract(process, options, directory);
};

async function create(process: Process, options: TarOptions, directory: string): Promise<number> {
  if (options.members.length === 0) throw new UsageError('empty archive');
  const { readable, controller } = createTarPacker();
  const output: ByteWriter =
    options.archive === '-'
      ? { write: (bytes) => print(process, bytes) }
      : openWriter(process.machine, pathOf(process, options.archive), { append: false });
  const reading = (async (): Promise<void> => {
    for await (const bytes of readable) await output.write(bytes);
  })();
  const packing = (async (): Promise<number> => {
    let status = 0;
    for (const member of options.members) {
      const path = absolutePath(member, directory);
      const name = member.replace(/^\/+/u, '');
      if (member.startsWith('/')) await complain(process, "removing leading '/' from member names");
      const node = process.machine.files.findLink(path);
      if (node === undefined) status = await complain(process, `${member}: ${new FileError('ENOENT', path).message}`);
      else await add({ process, controller, options }, path, name === '' ? '.' : name, node);
    }
    controller.finalize();
    return status;
  })();
  // Whichever fails first ends the other: an output that is gone cancels the archive, and a failure of packing breaks it off.
  packing.catch((error: unknown) => controller.error(error));
  await reading;
  return packing;
}

interface Packing {
  readonly process: Process;
  readonly controller: TarPackController;
  readonly options: TarOptions;
}

async function add(packing: Packing, path: string, name: string, node: FileSystemNode): Promise<void> {
  const { process, controller, options } = packing;
  process.signal.throwIfAborted();
  const facts = { mode: node.mode, mtime: new Date(node.modifiedAt), uid: 0, gid: 0, uname: 'root', gname: 'root' };
  if (options.verbose) await complain(process, name);
  if (isFolder(node)) {
    const folder = name.endsWith('/') ? name : `${name}/`;
    await controller.add({ ...facts, name: folder, size: 0, type: 'directory' }).close();
    for (const child of process.machine.files.list(path)) {
      const childPath = joinPath(path, child);
      const found = process.machine.files.findLink(childPath);
      if (found !== undefined) await add(packing, childPath, `${folder}${child}`, found);
    }
  } else if (node.kind === 'link') {
    await controller.add({ ...facts, name, size: 0, type: 'symlink', linkname: node.target }).close();
  } else if (node.kind === 'file') {
    // As it is now: what is appended while it is read is not part of the entry.
    const chunks = [...node.chunks];
    const size = node.size;
    const body = controller.add({ ...facts, name, size, type: 'file' }).getWriter();
    for (const chunk of chunks) await body.write(chunk);
    await body.close();
  }
}

async function extract(process: Process, options: TarOptions, directory: string): Promise<number> {
  const decoder = createTarDecoder({ strict: true });
  const feeding = (async (): Promise<void> => {
    const writer = decoder.writable.getWriter();
    for await (const bytes of readContent(process, options.archive)) await writer.write(bytes);
    await writer.close();
  })();
  const taking = (async (): Promise<number> => {
    for await (const { header, body } of decoder.readable) {
      process.signal.throwIfAborted();
      if (options.verbose || options.mode === 'list') await print(process, `${header.name}\n`);
      if (options.mode === 'list') await body.cancel();
      else await extractEntry(process, options, directory, header, body);
    }
    return 0;
  })();
  try {
    const [status] = await Promise.all([taking, feeding]);
    return status;
  } catch (error) {
    process.signal.throwIfAborted();
    if (error instanceof FileError) throw error;
    await complain(process, error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await Promise.allSettled([taking.catch(() => decoder.readable.cancel())]);
  }
}

async function extractEntry(
  process: Process,
  options: TarOptions,
  directory: string,
  header: TarHeader,
  body: ReadableStream<Uint8Array>,
): Promise<void> {
  const { files } = process.machine;
  const name = header.name.replace(/^\/+/u, '').replace(/\/+$/u, '');
  if (name.split('/').includes('..')) throw new FileError('EINVAL', header.name);
  const path = joinPath(directory, name);
  const time = options.touch ? files.now() : (header.mtime?.getTime() ?? files.now());
  const parent = path.slice(0, path.lastIndexOf('/'));
  if (header.type === 'directory') {
    files.makeDirectories(path);
    const folder = files.get(path);
    if (folder.kind === 'directory') Object.assign(folder, { mode: (header.mode ?? 0o755) & 0o777, modifiedAt: time });
    await body.cancel();
    return;
  }
  files.makeDirectories(parent);
  if (header.type === 'symlink') {
    if (files.findLink(path) !== undefined) files.remove(path, { recursive: false });
    files.makeLink(path, header.linkname ?? '');
    await body.cancel();
    return;
  }
  // A link that is in the way is replaced, not followed.
  if (files.findLink(path)?.kind === 'link') files.remove(path, { recursive: false });
  const file = files.openFile(path, { truncate: true });
  for await (const bytes of body) if (file.kind === 'file') files.append(file, bytes, path);
  Object.assign(file, { mode: (header.mode ?? 0o644) & 0o777, modifiedAt: time });
}
