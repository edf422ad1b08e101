import type { PreparedPod } from '@vk/node/provider';
import { containerView, ownExit, stopExit } from './container-view.ts';
import { runAt } from './container-runs.ts';
import type { ContainerRecord, PodRecord } from './pod-record.ts';

/**
 * The record after an update. As with a kubelet, a container whose image changes is stopped and started again whatever the
 * restartPolicy says, unless it has ended for good, and its backoff begins anew. Behaviour stays as it was decided at the start.
 */
export function podRecordUpdated(record: PodRecord, prepared: PreparedPod, now: number): PodRecord {
  const { pod, hash } = prepared;
  const images = new Map((pod.spec?.containers ?? []).map(({ name, image }) => [name, image]));
  const known = new Set(record.ephemeralContainers.map(({ name }) => name));
  const added = (pod.spec?.ephemeralContainers ?? []).filter(({ name }) => !known.has(name));
  return {
    ...record,
    appliedHash: hash,
    containers: record.containers.map((container) =>
      withImage(record, container, images.get(container.name) ?? container.image, now),
    ),
    ephemeralContainers: [
      ...record.ephemeralContainers,
      ...added.map(({ name, image }) => ({ name, image: image ?? '', startedAt: now })),
    ],
  };
}

function withImage(record: PodRecord, container: ContainerRecord, image: string, now: number): ContainerRecord {
  if (image === container.image) return container;
  const { activity } = containerView(record, container, now);
  if (activity === 'ended' || record.deletion !== undefined) return container;
  if (activity === 'not-started') return { ...container, image };
  const run = runAt(container, record.restartPolicy, now);
  const finished = { startedAt: run.startedAt, finishedAt: Math.min(run.endsAt ?? now, now) };
  const { exitCode, reason } = activity === 'running' ? stopExit(false) : ownExit(container, finished);
  return {
    ...container,
    image,
    startsAt: now,
    restartsBefore: container.restartsBefore + run.index + 1,
    replacedRun: { ...finished, exitCode, reason },
  };
}
