import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';

/** Where envtest and kubebuilder put the binaries when nothing else is said. */
export const defaultAssetsDirectory = '/usr/local/kubebuilder/bin';

/** The binaries of a real control plane. The last two are not needed for an API, but for what acts on it. */
export interface ControlPlaneBinaries {
  readonly directory: string;
  readonly etcd: string;
  readonly apiServer: string;
  readonly scheduler?: string;
  readonly controllerManager?: string;
}

/**
 * The control plane in `KUBEBUILDER_ASSETS`, else in envtest's default directory. Undefined when etcd or kube-apiserver is
 * not there; a `KUBEBUILDER_ASSETS` without them is not looked past.
 */
export async function findControlPlane(
  environment: Readonly<Record<string, string | undefined>>,
  fallback: string = defaultAssetsDirectory,
): Promise<ControlPlaneBinaries | undefined> {
  const directory = environment['KUBEBUILDER_ASSETS'] || fallback;
  const [etcd, apiServer, scheduler, controllerManager] = await Promise.all(
    ['etcd', 'kube-apiserver', 'kube-scheduler', 'kube-controller-manager'].map((name) =>
      executable(join(directory, name)),
    ),
  );
  if (etcd === undefined || apiServer === undefined) return undefined;
  return {
    directory,
    etcd,
    apiServer,
    ...(scheduler !== undefined && { scheduler }),
    ...(controllerManager !== undefined && { controllerManager }),
  };
}

async function executable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}
