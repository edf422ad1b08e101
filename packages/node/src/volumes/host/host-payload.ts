import { resolveText, type DeferredValues } from '../../provider/environment.ts';
import { podContainers } from '../../environment/pod-containers.ts';
import type { VolumeFile } from '../../provider/prepared-volume.ts';
import type { Pod, Volume } from '../../provider/wire.ts';
import type { HostFile } from './atomic-writer.ts';

/** What the files of a volume are finished with. */
export interface PayloadSurroundings {
  readonly pod: Pod;
  readonly volume: Volume;
  readonly deferred: DeferredValues;
}

/**
 * The files of a volume as the host gets them. A service account token is for its user only, where the pod says who that is
 * or gives the volume to a group.
 */
export function hostPayload(files: readonly VolumeFile[], { pod, volume, deferred }: PayloadSurroundings): HostFile[] {
  const tokenPaths = new Set(volume.projected?.sources?.map(({ serviceAccountToken }) => serviceAccountToken?.path));
  const user = commonUser(pod);
  const isPrivate = user !== undefined || pod.spec?.securityContext?.fsGroup !== undefined;
  return files.map(({ path, mode, content }) => {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(resolveText(content, deferred));
    if (!tokenPaths.has(path) || !isPrivate) return { path, mode, content: bytes };
    return { path, mode: 0o600, content: bytes, ...(user !== undefined && { owner: user }) };
  });
}

/** The user that every container of the pod runs as, by its spec; undefined when they differ or one does not say. */
function commonUser(pod: Pod): number | undefined {
  const users = new Set(
    podContainers(pod).map(
      ({ container }) => container.securityContext?.runAsUser ?? pod.spec?.securityContext?.runAsUser,
    ),
  );
  const [user] = users;
  return users.size === 1 ? user : undefined;
}
