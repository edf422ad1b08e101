import { posix } from 'node:path';
import { podContainers } from '../../environment/pod-containers.ts';
import type { Pod } from '../../provider/wire.ts';

/**
 * The directories that a read-only volume needs because another volume is mounted below it: the runtime could not make them.
 * Relative to the volume.
 */
export function nestedMountPoints(pod: Pod, volumeName: string): string[] {
  const nested = new Set<string>();
  for (const { container } of podContainers(pod)) {
    const { volumeMounts = [] } = container;
    const all = volumeMounts.map(({ mountPath }) => posix.resolve('/', mountPath)).sort();
    for (const mount of volumeMounts) {
      if (mount.name !== volumeName) continue;
      const above = posix.resolve('/', mount.mountPath);
      const below = all.filter((path) => path.startsWith(`${above}/`));
      for (const path of below) {
        if (!below.some((other) => path.startsWith(`${other}/`))) nested.add(path.slice(above.length + 1));
      }
    }
  }
  return [...nested];
}
