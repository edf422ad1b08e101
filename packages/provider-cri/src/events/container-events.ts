import type { RuntimeChange, RuntimeEventHandler } from '@vk/node/pod-engine';
import type { Clock, OwnershipStamp } from '@vk/node/provider';
import { isUnimplemented } from '../client/cri-error.ts';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import {
  ContainerEventType,
  ContainerState,
  ListContainersRequest,
  ListPodSandboxRequest,
  PodSandboxState,
} from '../generated/api.ts';
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
  let end = await followEvents(options, onEvent, signal);
  // One that is shutting down ends its events as well, but does not do so again.
  if (end === 'silent') end = await followEvents(options, onEvent, signal);
  if (end !== 'over') await pollContainers(options, onEvent, signal);
}

/**
 * How events have ended. `unserved`: the runtime does not know the call. `silent`: it has ended them without having told of any,
 * as CRI-O does at once where `enable_pod_events` is not set.
 */
type EventsEnd = 'over' | 'unserved' | 'silent';

async function followEvents(
  options: ContainerEventsOptions,
  onEvent: RuntimeEventHandler,
  signal: AbortSignal,
): Promise<EventsEnd> {
  const { events, owner } = options;
  const life = new AbortController();
  const either = AbortSignal.any([signal, life.signal]);
  let isSilent = true;
  try {
    // The stream is opened before the listing, so that nothing falls in between.
    const stream = events.follow((event) => {
      isSilent = false;
      tell(event, owner, onEvent);
    }, either);
    const listed = listMarks(options, { signal: either }).then((marks) => podsOf(marks).forEach((uid) => onEvent(uid)));
    await Promise.all([stream, listed]);
    return isSilent && !signal.aborted ? 'silent' : 'over';
  } catch (error) {
    if (signal.aborted) return 'over';
    if (isUnimplemented(error)) return 'unserved';
    throw error;
  } finally {
    // Whichever of the two has failed: nobody is told by the other any more.
    life.abort(new Error('the events are no longer followed'));
  }
}

async function pollContainers(
  options: ContainerEventsOptions,
  onEvent: RuntimeEventHandler,
  signal: AbortSignal,
): Promise<void> {
  let before: ReadonlyMap<string, Mark> | undefined;
  while (!signal.aborted) {
    const marks = await listMarks(options, { signal });
    if (before === undefined) for (const uid of podsOf(marks)) onEvent(uid);
    else for (const [uid, change] of changesBetween(before, marks)) onEvent(uid, change);
    before = marks;
    await options.clock.sleep(options.pollMilliseconds, signal);
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

/** How a sandbox or a container stands, and the UID of its pod. Without a state: only a closer look can say. */
interface Mark {
  readonly uid: string;
  readonly state: RuntimeChange['state'] | undefined;
}

const containerStates: Readonly<Partial<Record<ContainerState, RuntimeChange['state']>>> = {
  [ContainerState.CONTAINER_CREATED]: 'created',
  [ContainerState.CONTAINER_RUNNING]: 'running',
  [ContainerState.CONTAINER_EXITED]: 'exited',
};

/** All sandboxes and containers of this node, by id. */
async function listMarks({ client, owner }: ContainerEventsOptions, limits: CallLimits): Promise<Map<string, Mark>> {
  const filter = { labelSelector: ownLabels(owner) };
  const [{ items }, { containers }] = await Promise.all([
    client.runtime.call(runtimeService.listPodSandbox, ListPodSandboxRequest.fromPartial({ filter }), limits),
    client.runtime.call(runtimeService.listContainers, ListContainersRequest.fromPartial({ filter }), limits),
  ]);
  const marks = new Map<string, Mark>();
  const add = (id: string, labels: Labels, state: Mark['state']): void => {
    const uid = ownPodUid(labels, owner);
    if (uid !== undefined) marks.set(id, { uid, state });
  };
  for (const { id, state, labels } of items)
    add(id, labels, state === PodSandboxState.SANDBOX_READY ? 'running' : 'exited');
  for (const { id, state, labels } of containers) add(id, labels, containerStates[state]);
  return marks;
}

function podsOf(marks: ReadonlyMap<string, Mark>): ReadonlySet<string> {
  return new Set([...marks.values()].map(({ uid }) => uid));
}

/** What is new, has another state, or is gone, so that who has done it can tell that it is no news. */
function changesBetween(
  before: ReadonlyMap<string, Mark>,
  now: ReadonlyMap<string, Mark>,
): [uid: string, change: RuntimeChange | undefined][] {
  const changed = [...now].filter(([id, { state }]) => !before.has(id) || before.get(id)?.state !== state);
  const gone = [...before].filter(([id]) => !now.has(id));
  return [
    ...changed.map(([id, { uid, state }]): [string, RuntimeChange | undefined] => [uid, state && { id, state }]),
    ...gone.map(([id, { uid }]): [string, RuntimeChange] => [uid, { id, state: 'removed' }]),
  ];
}
