import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Environment } from '../flags/resolve-flags.ts';
import type { DevelopmentCluster } from './development-cluster.ts';

export interface NextStepsOptions {
  readonly cluster: Pick<DevelopmentCluster, 'description' | 'kubeconfigText' | 'schedules' | 'existing'>;
  readonly nodeNames: readonly string[];
  /** The provider, with its version or path. */
  readonly provider: string;
  /** Whether a change of the provider's file is taken over. */
  readonly reloads: boolean;
  readonly kubectlInstalled: boolean;
}

/** What `dev` says once its node is ready: what runs, and what to type in another terminal. */
export function nextSteps(options: NextStepsOptions): string {
  const { cluster, nodeNames, provider, reloads, kubectlInstalled } = options;
  const [first = ''] = nodeNames;
  const nodes = nodeNames.length === 1 ? `node ${first}` : `${nodeNames.length} nodes, ${first} to ${nodeNames.at(-1)}`;
  const overrides = cluster.schedules ? '' : ` --overrides='{"spec":{"nodeName":"${first}"}}'`;
  return [
    `Ready: ${nodes}, provider ${provider}${reloads ? ' (taken over whenever the file changes)' : ''}`,
    `on ${cluster.description}`,
    ...(cluster.existing ? ['The node carries no taint: pods of that cluster may land on it.'] : []),
    '',
    'In another terminal:',
    `  export KUBECONFIG=${quoted(cluster.kubeconfigText)}`,
    '  kubectl get nodes',
    `  kubectl run web --image=nginx${overrides}`,
    '  kubectl get pods -o wide --watch',
    '  kubectl describe pod web',
    '  kubectl logs web --follow',
    '  kubectl exec -it web -- sh',
    '  kubectl delete pod web',
    ...(kubectlInstalled
      ? []
      : [
          '',
          'kubectl is not installed here; the page "Install Tools" of the Kubernetes documentation says how to get it.',
        ]),
    '',
    `Ctrl-C stops the node and removes it${cluster.existing ? '' : ', and the cluster with it'}. What happens meanwhile:`,
    '',
  ].join('\n');
}

/** For a shell: as it is when it is plain, else in single quotes. */
function quoted(text: string): string {
  return /^[\w/.:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Whether there is a kubectl on the PATH. */
export async function findKubectl(environment: Environment): Promise<boolean> {
  const directories = (environment['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const found = await Promise.all(
    directories.flatMap((directory) =>
      ['kubectl', 'kubectl.exe'].map((name) =>
        access(join(directory, name), constants.X_OK).then(
          () => true,
          () => false,
        ),
      ),
    ),
  );
  return found.includes(true);
}
