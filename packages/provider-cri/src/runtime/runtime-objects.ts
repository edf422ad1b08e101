import { ownershipFromLabels, podRefOfStamp } from '@vk/node/provider';
import type { RuntimeContainer, RuntimeSandbox } from '@vk/node/pod-engine';
import { ContainerState, PodSandboxState } from '../generated/api.ts';
import type { ContainerStatus, ContainerUser, PodSandbox } from '../generated/api.ts';
import { signalName } from '../mapping/container-config.ts';
import { millisecondsOf } from './cri-time.ts';
import { appliedHashOf, containerMarks } from './object-labels.ts';

/** A sandbox as the engine knows it. Undefined for one without our stamp. */
export function runtimeSandbox(
  sandbox: Pick<PodSandbox, 'id' | 'metadata' | 'state' | 'createdAt' | 'labels' | 'annotations'>,
  ips: readonly string[],
): RuntimeSandbox | undefined {
  const ownership = ownershipFromLabels(sandbox.labels);
  if (ownership === undefined) return undefined;
  const appliedHash = appliedHashOf(sandbox.annotations);
  return {
    id: sandbox.id,
    ref: podRefOfStamp(ownership),
    attempt: sandbox.metadata?.attempt ?? 0,
    ownership,
    ...(appliedHash !== undefined && { appliedHash }),
    state: sandbox.state === PodSandboxState.SANDBOX_READY ? 'ready' : 'notready',
    createdAt: millisecondsOf(sandbox.createdAt) ?? 0,
    ips,
  };
}

const states: Readonly<Record<ContainerState, RuntimeContainer['state']>> = {
  [ContainerState.CONTAINER_CREATED]: 'created',
  [ContainerState.CONTAINER_RUNNING]: 'running',
  [ContainerState.CONTAINER_EXITED]: 'exited',
  [ContainerState.CONTAINER_UNKNOWN]: 'unknown',
  [ContainerState.UNRECOGNIZED]: 'unknown',
};

/** A container as the engine knows it. Undefined for one without our stamp. */
export function runtimeContainer(podSandboxId: string, status: ContainerStatus): RuntimeContainer | undefined {
  const marks = containerMarks(status.labels, status.annotations, status.metadata?.attempt ?? 0);
  if (marks === undefined) return undefined;
  const startedAt = millisecondsOf(status.startedAt);
  const finishedAt = millisecondsOf(status.finishedAt);
  const state = states[status.state];
  const stopSignal = signalName(status.stopSignal);
  return {
    ...marks,
    id: status.id,
    sandboxId: podSandboxId,
    state,
    image: marks.image === '' ? (status.image?.image ?? '') : marks.image,
    imageRef: status.imageRef,
    createdAt: millisecondsOf(status.createdAt) ?? 0,
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(state === 'exited' && { exitCode: status.exitCode }),
    ...(status.reason !== '' && { reason: status.reason }),
    ...(status.message !== '' && { message: status.message }),
    ...userOf(status.user),
    ...(stopSignal !== undefined && { stopSignal }),
  };
}

function userOf(user: ContainerUser | undefined): Pick<RuntimeContainer, 'user'> {
  const linux = user?.linux;
  if (linux === undefined) return {};
  const { uid, gid, supplementalGroups } = linux;
  return {
    user: {
      linux: { uid: Number(uid), gid: Number(gid), supplementalGroups: supplementalGroups.map(Number) },
    },
  };
}
