import { describe, expect, it } from 'vitest';
import { wholeFile } from './file-content.ts';
import { FileError } from './file-error.ts';
import { directoryNode } from './nodes.ts';
import { Storage } from './storage.ts';
import { VirtualFileSystem } from './virtual-file-system.ts';

interface World {
  readonly files: VirtualFileSystem;
  readonly storage: Storage;
  readonly write: (path: string, text: string) => void;
  readonly read: (path: string) => string;
}

function world(limitBytes = 1_000): World {
  const storage = new Storage(limitBytes);
  const files = new VirtualFileSystem(directoryNode(storage, 0), () => 7);
  return {
    files,
    storage,
    write: (path, text) => {
      const node = files.openFile(path, { truncate: true });
      if (node.kind === 'file') files.append(node, Buffer.from(text), path);
    },
    read: (path) => {
      const node = files.get(path);
      return node.kind === 'file' ? wholeFile(node).toString() : node.kind;
    },
  };
}

function codeOf(attempt: () => void): string | undefined {
  try {
    attempt();
  } catch (error) {
    if (error instanceof FileError) return error.code;
    throw error;
  }
  return undefined;
}

describe('the file system of a mock container', () => {
  it('finds its way through dots, several slashes and links', () => {
    const { files, write, read } = world();
    files.makeDirectories('/a/b');
    write('/a/b/f', 'here');
    files.makeLink('/a/up', '../a/b');
    files.makeLink('/root', '/a/up/f');
    expect(['/a/./b//f', '/a/b/../b/f', '/a/up/f', '/root', '/../a/b/f'].map(read)).toEqual(Array(5).fill('here'));
    expect(files.findLink('/root')).toMatchObject({ kind: 'link', target: '/a/up/f' });
  });

  it.each([
    ['a missing file', 'ENOENT', ({ files }: World) => files.get('/none')],
    ['a file below a file', 'ENOTDIR', ({ files }: World) => files.get('/f/below')],
    ['a file as a directory', 'ENOTDIR', ({ files }: World) => files.get('/f/')],
    ['a new file in a missing directory', 'ENOENT', ({ write }: World) => write('/none/f', '')],
    ['a directory as a file', 'EISDIR', ({ write }: World) => write('/d', '')],
    ['what is there already', 'EEXIST', ({ files }: World) => files.makeDirectory('/d')],
    ['a directory that is not empty', 'ENOTEMPTY', ({ files }: World) => files.remove('/d', { recursive: false })],
    ['the root', 'EBUSY', ({ files }: World) => files.remove('/', { recursive: true })],
    ['a link to itself', 'ELOOP', ({ files }: World) => files.get('/loop')],
    ['a directory into itself', 'EINVAL', ({ files }: World) => files.rename('/d', '/d/e/d')],
    ['more than there is room for', 'ENOSPC', ({ write }: World) => write('/big', 'x'.repeat(2_000))],
  ])('%s is refused with %s', (_, code, attempt) => {
    const started = world();
    started.write('/f', 'x');
    started.files.makeDirectories('/d/e');
    started.files.makeLink('/loop', '/loop');
    expect(codeOf(() => attempt(started))).toBe(code);
  });

  it('counts what is written, and gives it back when it is overwritten or removed', () => {
    const { files, storage, write } = world();
    write('/f', 'x'.repeat(600));
    write('/f', 'x'.repeat(700));
    expect(storage.usedBytes).toBe(700);
    files.makeDirectories('/d');
    files.rename('/f', '/d/f');
    expect(storage.usedBytes).toBe(700);
    files.remove('/d', { recursive: true });
    expect(storage.usedBytes).toBe(0);
  });

  it('a file that is moved onto another one replaces it', () => {
    const { files, storage, write, read } = world();
    write('/a', 'first');
    write('/b', 'second');
    files.rename('/a', '/b');
    expect([read('/b'), files.list('/'), storage.usedBytes]).toEqual(['first', ['b'], 5]);
  });

  it('what is mounted can be written, but neither removed nor moved', () => {
    const { files, write, read } = world();
    const volume = directoryNode(new Storage(10), 0);
    files.mount('/data/volume', volume);
    write('/data/volume/f', 'kept');
    expect(codeOf(() => files.remove('/data', { recursive: true }))).toBe('EBUSY');
    expect(codeOf(() => files.rename('/data', '/other'))).toBe('EBUSY');
    expect(codeOf(() => write('/data/volume/g', 'too long'))).toBe('ENOSPC');
    expect(read('/data/volume/f')).toBe('kept');
  });

  it('small writes are gathered, so that a file of many lines is not as many pieces', () => {
    const { files } = world(1_000_000);
    const node = files.openFile('/log', { truncate: false });
    for (let line = 0; line < 5_000; line++)
      if (node.kind === 'file') files.append(node, Buffer.from('line\n'), '/log');
    expect(node).toMatchObject({ size: 25_000 });
    expect(node.kind === 'file' ? node.chunks.length : 0).toBeLessThanOrEqual(2);
  });
});
