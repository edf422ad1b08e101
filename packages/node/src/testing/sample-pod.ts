import type { Pod } from '../provider/wire.ts';

export interface SamplePodOptions {
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: number;
  readonly image?: string;
  readonly metadata?: NonNullable<Pod['metadata']>;
  readonly spec?: Partial<NonNullable<Pod['spec']>>;
  readonly status?: Pod['status'];
}

/** A small pod as the API server would show it: one container, bound to node `n`. */
export function samplePod(options: SamplePodOptions = {}): Pod {
  const { name = 'web', uid = `${name}-uid`, resourceVersion = 1, image = 'app:1' } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: 'default',
      name,
      uid,
      resourceVersion: String(resourceVersion),
      generation: 1,
      ...options.metadata,
    },
    spec: {
      nodeName: 'n',
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      containers: [{ name: 'app', image }],
      ...options.spec,
    },
    status: options.status ?? { phase: 'Pending' },
  };
}

/** The pod after somebody asked for its deletion. */
export function terminatingPod(pod: Pod, gracePeriodSeconds: number, deletionTimestamp: string): Pod {
  return {
    ...pod,
    metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: gracePeriodSeconds },
  };
}
