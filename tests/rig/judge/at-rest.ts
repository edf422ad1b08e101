import { isTerminalPhase, type Node, type Pod } from '@vk/node/provider';
import { isOurs, revisionOf, type BackendObject } from '../simulated-backend.ts';
import { nodeName, type World } from '../world.ts';
import { nameOf } from './api-versions.ts';

/** What is not yet as it should be in the end: the API and the backend agree, and nothing is left over on either side. */
export function judgeAtRest(world: World): string[] {
  const { backend, clusterId } = world;
  const pods = world.user.pods.filter(({ spec }) => spec?.nodeName === nodeName);
  const uids = new Set(pods.map(({ metadata }) => metadata?.uid));
  const leftOver = [...backend.objects.values()]
    .filter((object) => isOurs(object, { clusterId, nodeName }) && !uids.has(object.stamp.uid))
    .map(({ stamp }) => `the backend keeps ${stamp.name} (${stamp.uid.slice(-4)}), which the API does not have`);
  return [
    ...pods.flatMap((pod) => judgePod(pod, backend.objects.get(pod.metadata?.uid ?? ''))),
    ...leftOver,
    ...judgeNode(world),
    ...world.processes.flatMap(({ process }) =>
      process.failure === undefined
        ? []
        : [
            `${process.name} ended by itself: ${process.failure instanceof Error ? process.failure.message : 'without an error'}`,
          ],
    ),
  ];
}

function judgePod(pod: Pod, object: BackendObject | undefined): string[] {
  const { metadata, status } = pod;
  const name = nameOf(pod);
  const finished = object?.phase === 'Succeeded' || object?.phase === 'Failed';
  if (metadata?.deletionTimestamp !== undefined && (metadata.finalizers?.length ?? 0) === 0)
    return [`${name} was deleted and is still in the API`];
  if (isTerminalPhase(status?.phase))
    return object === undefined || finished
      ? []
      : [`${name} is ${status?.phase ?? ''} in the API and runs in the backend`];
  if (metadata?.deletionTimestamp !== undefined) return [];
  if (object === undefined) return [`${name} is ${status?.phase ?? ''} in the API and not in the backend`];
  if (status?.phase !== object.phase || revisionOf(status) !== object.revision)
    return [
      `${name} is ${status?.phase ?? ''}, ${status?.message ?? ''} in the API, and ${object.phase}, revision ${object.revision}`,
    ];
  const image = pod.spec?.containers[0]?.image;
  return object.image === image ? [] : [`${name} runs ${object.image} and should run ${image ?? ''}`];
}

function judgeNode(world: World): string[] {
  const stored = world.door.cluster.registry.store.get('nodes', nodeName)?.object as Node | undefined;
  const ready = stored?.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  if (ready !== 'True') return [`the node is not ready: ${ready ?? 'it is not there'}`];
  const lease = world.door.cluster.registry.store.get('leases', `kube-node-lease/${nodeName}`)?.object;
  const { renewTime } = (lease?.['spec'] ?? {}) as { readonly renewTime?: string };
  const age = world.clock.now() - Date.parse(renewTime ?? '1970-01-01T00:00:00Z');
  return age > 40_000 ? [`the lease of the node was renewed ${age / 1000} s ago`] : [];
}
