/** An absolute path without `.` and without empty parts. `..` is left for the walk, which knows of links. */
export function absolutePath(path: string, workingDirectory: string): string {
  return path.startsWith('/') ? path : `${workingDirectory}/${path}`;
}

/** The names that a path consists of. */
export function pathParts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** The path without `.` and `..`, as `cd` keeps it. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of pathParts(path)) {
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export function baseName(path: string): string {
  return pathParts(path).at(-1) ?? '/';
}

export function joinPath(directory: string, name: string): string {
  return directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
}
