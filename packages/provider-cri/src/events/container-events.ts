import type { RuntimeChange, RuntimeEventHandler } from '@vk/node/pod-engine';
import type { Clock, OwnershipStamp } from '@vk/node/provider';
import { isUnimplemented } from '../client/cri-error.ts';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { ContainerEventType, ListContainersRequest, ListPodSandboxRequest } from '../generated/api.ts';
import type { ContainerEventResponse } from '../generated/api.ts';
import type { EventHub } from './event-hub.ts';
import { ownLabels, ownPodUid } from '../runtime/object-labels.ts';

type Labels = Readonly<Record<string, string>>;

export interface ContainerEventsOptions {
  readonly events: EventHub;
  readonly client: CriClient;
  readonly owner: Pick<OwnershipStamp, 'clusterId' | 'nodeName'>;
  readonly clock: Clock;
  /** How often everything is listed where the runtime tells of nothing, in milliseconds. */
  readonly pollMilliseconds: number;
}

/**
 * Tells of changes of this node's pods until the signal is aborted: by the runtime's events, and where it has none, by the
 * short listings. Begins with all pods that are there, so that nothing is missed between two subscriptions.
 */
export async function followContainers(
  options: ContainerEventsOptions,
  onEvent: RuntimeEventHandler,
  signal: AbortSignal,
): Promise<void> {
  const { events, owner, clock } = options;
  const limits = { signal };
  try {
    // The stream is opened before the listing, so that nothing falls in between.
    const stream = events.follow((event) => tell(event, owner, onEvent), signal);
    const listed = listMarks(options, limits).then((marks) => marks.forEach((_, uid) => onEvent(uid)));
    await Promise.all([stream, listed]);
    return;
  } catch (error) {
    if (signal.aborted) return;
    if (!isUnimplemented(error)) throw error;
  }
  let before = new Map<string, string>();
  while (!signal.aborted) {
    const marks = await listMarks(options, limits);
    for (const uid of new Set([...before.keys(), ...marks.keys()])) {
      if (before.get(uid) !== marks.get(uid)) onEvent(uid);
    }
    before = marks;
    await clock.sleep(options.pollMilliseconds, signal);
  }
}

const states: Readonly<Partial<Record<ContainerEventType, RuntimeChange['state']>>> = {
  [ContainerEventType.CONTAINER_CREATED_EVENT]: 'created',
  [ContainerEventType.CONTAINER_STARTED_EVENT]: 'running',
  [ContainerEventType.CONTAINER_STOPPED_EVENT]: 'exited',
  [ContainerEventType.CONTAINER_DELETED_EVENT]: 'removed',
};

function tell(
  { containerId: id, containerEventType, podSandboxStatus, containersStatuses }: ContainerEventResponse,
  owner: Pick<OwnershipStamp, 'clusterId' | 'nodeName'>,
  onEvent: RuntimeEventHandler,
): void {
  const labels: Labels[] = [podSandboxStatus, ...containersStatuses].flatMap((status) =>
    status === undefined ? [] : [status.labels],
  );
  const state = states[containerEventType];
  for (const uid of new Set(labels.map((each) => ownPodUid(each, owner)))) {
    if (uid !== undefined) onEvent(uid, state === undefined ? undefined : { id, state });
  }
}

/** What of each pod is worth a closer look when it changes. */
async function listMarks({ client, owner }: ContainerEventsOptions, limits: CallLimits): Promise<Map<string, string>> {
  const filter = { labelSelector: ownLabels(owner) };
  const [{ items }, { containers }] = await Promise.all([
    client.runtime.call(runtimeService.listPodSandbox, ListPodSandboxRequest.fromPartial({ filter }), limits),
    client.runtime.call(runtimeService.listContainers, ListContainersRequest.fromPartial({ filter }), limits),
  ]);
  const marks = new Map<string, string>();
  for (const { id, state, labels } of [...items, ...containers]) {
    const uid = ownPodUid(labels, owner);
    if (uid !== undefined) marks.set(uid, `${marks.get(uid) ?? ''}${id} ${state};`);
  }
  return marks;
}
