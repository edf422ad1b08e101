import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const cniDirectories = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'];

/** In the directory, if one is named; else on the PATH, or where Debian has the programs of the administrator. */
export function findProgram(name: string, directory?: string): string | undefined {
  const directories = [
    ...(directory === undefined ? [] : [directory]),
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    '/sbin',
    '/usr/bin',
    '/bin',
  ];
  return directories.map((each) => join(each, name)).find(isExecutable);
}

/** Where the CNI plugins are. */
export function findCniPlugins(): string | undefined {
  return cniDirectories.find((directory) =>
    ['bridge', 'host-local', 'portmap'].every((plugin) => existsSync(join(directory, plugin))),
  );
}

/** The PATH of a daemon whose own programs lie in the directory. */
export function pathWith(directory: string | undefined): string {
  const path = process.env['PATH'] ?? '';
  return directory === undefined ? path : [directory, path].join(delimiter);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
