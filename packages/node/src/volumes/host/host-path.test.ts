import * as nodeFiles from 'node:fs/promises';
import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareHostPath } from './host-path.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';
import { tree } from './testing/tree.ts';

async function outcome(path: string, type?: string): Promise<string> {
  return prepareHostPath(nodeFiles, path, type).then(
    () => 'fine',
    (error: unknown) => (error instanceof Error ? error.message : 'unknown'),
  );
}

describe('a path of the host', () => {
  it('is not looked at when the pod names no type', async () => {
    const directory = await temporaryDirectory();
    expect(await outcome(join(directory, 'nothing'))).toBe('fine');
    expect(await outcome(join(directory, 'nothing'), '')).toBe('fine');
    expect(await tree(directory)).toEqual({});
  });

  it('never has .. in it', async () => {
    expect(await outcome('/srv/../etc')).toBe("invalid HostPath `/srv/../etc`: must not contain '..'");
  });

  it('has to be of the type that the pod names, else the pod hears so in the words of the kubelet', async () => {
    const directory = await temporaryDirectory();
    const paths = {
      directory: join(directory, 'd'),
      file: join(directory, 'f'),
      socket: join(directory, 's'),
      device: '/dev/null',
      link: join(directory, 'l'),
      nothing: join(directory, 'n'),
    };
    await mkdir(paths.directory);
    await writeFile(paths.file, '');
    await symlink(paths.file, paths.link);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(paths.socket, resolve));
    try {
      const types = ['Directory', 'File', 'Socket', 'CharDevice', 'BlockDevice'];
      const fits: Record<string, string[]> = {};
      for (const [name, path] of Object.entries(paths)) {
        fits[name] = [];
        for (const type of types) if ((await outcome(path, type)) === 'fine') fits[name].push(type);
      }
      expect(fits).toEqual({
        directory: ['Directory'],
        file: ['File'],
        socket: ['Socket'],
        device: ['CharDevice'],
        link: ['File'],
        nothing: [],
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    const failed = (path: string, what: string) => `hostPath type check failed: ${path} is not a ${what}`;
    expect(await outcome(paths.file, 'Directory')).toBe(failed(paths.file, 'directory'));
    expect(await outcome(paths.nothing, 'File')).toBe(failed(paths.nothing, 'file'));
    expect(await outcome(paths.file, 'Socket')).toBe(failed(paths.file, 'socket file'));
    expect(await outcome(paths.file, 'CharDevice')).toBe(failed(paths.file, 'character device'));
    expect(await outcome(paths.file, 'BlockDevice')).toBe(failed(paths.file, 'block device'));
    expect(await outcome(paths.file, 'Pipe')).toBe('Pipe is an invalid volume type');
  });

  it('is made where the type says so, with the directories above it for a directory only', async () => {
    const directory = await temporaryDirectory();
    expect(await outcome(join(directory, 'a/b'), 'DirectoryOrCreate')).toBe('fine');
    expect((await stat(join(directory, 'a/b'))).isDirectory()).toBe(true);
    expect(await outcome(join(directory, 'a/file'), 'FileOrCreate')).toBe('fine');
    expect((await stat(join(directory, 'a/file'))).isFile()).toBe(true);
    expect(await outcome(join(directory, 'missing/file'), 'FileOrCreate')).toContain('ENOENT');
  });

  it('stays as it is where something is there, which has to be of the type', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'file'), 'kept');
    expect(await outcome(join(directory, 'file'), 'FileOrCreate')).toBe('fine');
    expect(await outcome(join(directory, 'file'), 'DirectoryOrCreate')).toContain('is not a directory');
    expect(await outcome(directory, 'FileOrCreate')).toContain('is not a file');
    expect(await tree(directory)).toEqual({ file: 'kept' });
  });
});
