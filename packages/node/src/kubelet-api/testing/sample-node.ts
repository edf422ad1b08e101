import { capabilitiesOf } from '../../provider/capabilities.ts';
import type { Provider } from '../../provider/provider.ts';
import type { Pod } from '../../provider/wire.ts';
import type { KubeletNode } from '../kubelet-node.ts';

/** A pod `default/web` with a container `app`, an init container `setup` and an ephemeral one `debug`, all of which have run. */
export function samplePodOn(nodeName = 'node-1', name = 'web'): Pod {
  const status = (container: string): object => ({
    name: container,
    image: 'registry.test/app:1',
    imageID: '',
    ready: true,
    restartCount: 0,
    state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
  });
  return {
    metadata: { namespace: 'default', name, uid: `uid-of-${name}` },
    spec: {
      nodeName,
      containers: [{ name: 'app', image: 'registry.test/app:1' }],
      initContainers: [{ name: 'setup', image: 'registry.test/app:1' }],
      ephemeralContainers: [{ name: 'debug', image: 'registry.test/app:1' }],
    },
    status: {
      phase: 'Running',
      containerStatuses: [status('app')],
      initContainerStatuses: [status('setup')],
      ephemeralContainerStatuses: [status('debug')],
    },
  } as Pod;
}

export interface SampleNodeOptions {
  readonly name?: string;
  readonly pods?: readonly Pod[];
  readonly provider?: Partial<Provider>;
  readonly syncLoopProblem?: () => string | undefined;
}

/** A node with the pods and methods that a test gives it. */
export function sampleNode(options: SampleNodeOptions = {}): KubeletNode {
  const { name = 'node-1', pods = [samplePodOn(name)], syncLoopProblem } = options;
  const unused = async (): Promise<never> => {
    throw new Error('the kubelet API does not change pods');
  };
  const provider: Provider = {
    createPod: unused,
    updatePod: unused,
    deletePod: unused,
    getPod: async () => undefined,
    getPods: async () => [],
    ...options.provider,
  };
  return {
    name,
    provider,
    capabilities: capabilitiesOf(provider),
    startedAt: Date.UTC(2026, 0, 1),
    pods: () => pods,
    findPod: (namespace, podName) =>
      pods.find(({ metadata }) => metadata?.namespace === namespace && metadata.name === podName),
    settings: () => ({ nodeName: name, podSyncWorkers: 10 }),
    ...(syncLoopProblem !== undefined && { syncLoopProblem }),
  };
}
