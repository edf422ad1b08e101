import { ifPresent, isSystemError, type HostFiles } from './host-files.ts';

type FileType = 'Directory' | 'File' | 'Socket' | 'CharDevice' | 'BlockDevice';

const names: Readonly<Record<FileType, string>> = {
  Directory: 'directory',
  File: 'file',
  Socket: 'socket file',
  CharDevice: 'character device',
  BlockDevice: 'block device',
};

/**
 * Checks a path of the host against the type that the pod expects, and makes it where the type says so. Without a type
 * nothing is checked: the runtime makes a directory where there is nothing.
 *
 * Throws with the kubelet's words.
 */
export async function prepareHostPath(files: HostFiles, path: string, type: string | undefined): Promise<void> {
  if (path.split('/').includes('..')) throw new Error(`invalid HostPath \`${path}\`: must not contain '..'`);
  if (type === undefined || type === '') return;
  if (type === 'DirectoryOrCreate' || type === 'FileOrCreate') {
    const expected = type === 'DirectoryOrCreate' ? 'Directory' : 'File';
    const found = await ifPresent(files.stat(path));
    if (found !== undefined) return checkType(path, fileType(found), expected);
    await (expected === 'Directory' ? makeDirectory(files, path) : makeFile(files, path));
    return;
  }
  if (!isFileType(type)) throw new Error(`${type} is an invalid volume type`);
  checkType(path, await typeAt(files, path), type);
}

function isFileType(type: string): type is FileType {
  return Object.hasOwn(names, type);
}

async function typeAt(files: HostFiles, path: string): Promise<FileType | undefined> {
  try {
    return fileType(await files.stat(path));
  } catch {
    // As for the kubelet: what cannot be looked at is not of the type.
    return undefined;
  }
}

function checkType(path: string, found: FileType | undefined, expected: FileType): void {
  if (found !== expected) throw new Error(`hostPath type check failed: ${path} is not a ${names[expected]}`);
}

function fileType({ mode }: { readonly mode: number }): FileType | undefined {
  switch (mode & 0o170000) {
    case 0o040000:
      return 'Directory';
    case 0o100000:
      return 'File';
    case 0o140000:
      return 'Socket';
    case 0o020000:
      return 'CharDevice';
    case 0o060000:
      return 'BlockDevice';
    default:
      return undefined;
  }
}

async function makeDirectory(files: HostFiles, path: string): Promise<void> {
  await files.mkdir(path, { recursive: true, mode: 0o755 });
}

async function makeFile(files: HostFiles, path: string): Promise<void> {
  try {
    await (await files.open(path, 'wx', 0o644)).close();
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
}
