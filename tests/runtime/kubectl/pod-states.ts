import type { ApiPod } from '../runtime-world.ts';

export type ContainerStatus = NonNullable<NonNullable<ApiPod['status']>['containerStatuses']>[number];

/** Of a container or an init container. */
export function statusOf({ metadata, status }: ApiPod, name: string): ContainerStatus {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`pod ${metadata.name} has no status of ${name}`);
  return found;
}

export const isReady = ({ status }: ApiPod): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;

export const isNotReady = (pod: ApiPod): boolean => pod.status?.phase === 'Running' && !isReady(pod);

export const hasEnded = ({ status }: ApiPod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** The pod is ready, and its container of this name was started again this often. */
export const isReadyAgain =
  (name: string, restarts: number) =>
  (pod: ApiPod): boolean =>
    isReady(pod) && statusOf(pod, name).restartCount === restarts;
