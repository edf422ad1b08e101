import type { HostFiles } from './host-files.ts';

/**
 * The targets of the mounts at or below a path, the last made first: nothing is unmounted before what lies on it.
 *
 * @param table The text of `/proc/self/mountinfo`; source of its form: proc(5).
 */
export function mountTargetsBelow(table: string, path: string): string[] {
  // Most often there is none, and a host with many containers has a long table.
  if (!table.includes(` ${asWritten(path)}`)) return [];
  return table
    .split('\n')
    .map((line) => line.split(' ', 5)[4])
    .filter((target) => target !== undefined)
    .map((target) => target.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(parseInt(octal, 8))))
    .filter((target) => target === path || target.startsWith(`${path}/`))
    .reverse();
}

/** As the kernel writes a path there: what would end or break the line is three octal digits. */
function asWritten(path: string): string {
  return path.replaceAll(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** The targets of the mounts of this process's namespace at or below a path, the last made first. */
export async function mountsBelow(files: Pick<HostFiles, 'readFile'>, path: string): Promise<string[]> {
  return mountTargetsBelow(await files.readFile('/proc/self/mountinfo', 'utf8'), path);
}
