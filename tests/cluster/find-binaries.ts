import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where envtest and kubebuilder put the binaries when `KUBEBUILDER_ASSETS` says nothing else. */
const defaultDirectory = '/usr/local/kubebuilder/bin';

/** A real control plane's programs. Without the last two pods get no node and namespaces no service account by themselves. */
export interface ControlPlaneBinaries {
  readonly etcd: string;
  readonly apiServer: string;
  readonly scheduler?: string;
  readonly controllerManager?: string;
}

/** What was found, or a sentence that says what is missing. */
export type Found<T> = { readonly found: T } | { readonly missing: string };

function executable(directory: string, name: string): string | undefined {
  const path = join(directory, name);
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

/** Looks in `KUBEBUILDER_ASSETS`, else in the default directory; never past one that is named. */
export function findControlPlane(): Found<ControlPlaneBinaries> {
  const directory = process.env['KUBEBUILDER_ASSETS'] || defaultDirectory;
  const etcd = executable(directory, 'etcd');
  const apiServer = executable(directory, 'kube-apiserver');
  if (etcd === undefined || apiServer === undefined) {
    const names = [etcd === undefined && 'etcd', apiServer === undefined && 'kube-apiserver'].filter(Boolean);
    return {
      missing: `${names.join(' and ')} not found in ${directory}; set KUBEBUILDER_ASSETS to a folder with both`,
    };
  }
  const scheduler = executable(directory, 'kube-scheduler');
  const controllerManager = executable(directory, 'kube-controller-manager');
  return {
    found: {
      etcd,
      apiServer,
      ...(scheduler !== undefined && { scheduler }),
      ...(controllerManager !== undefined && { controllerManager }),
    },
  };
}

/** The kubectl on the PATH. */
export function findKubectl(): Found<string> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = executable(directory, 'kubectl');
    if (path !== undefined) return { found: path };
  }
  return { missing: 'there is no kubectl on the PATH' };
}
