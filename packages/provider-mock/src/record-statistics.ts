import { podRefOfStamp } from '@vk/node/provider';
import type { PodRecord } from './pod-record.ts';
import { podView } from './pod-view.ts';
import { recordRun } from './record-run.ts';
import type { MeasuredContainer, MeasuredPod } from './statistics.ts';

/** The pods of a node whose life follows from their record, with their running containers. */
export function* measuredPods(pods: readonly PodRecord[], now: number): Generator<MeasuredPod> {
  for (const pod of pods) {
    const { phase } = podView(pod, now, undefined);
    if (phase !== 'Running') continue;
    const sidecars = pod.initContainers.filter(({ sidecar }) => sidecar);
    const containers = [...pod.containers, ...sidecars, ...pod.ephemeralContainers].flatMap(
      (container): MeasuredContainer[] => {
        const { run } = recordRun(pod, container.name, now);
        if (run === undefined || run.finishedAt !== undefined) return [];
        const usage = pod.containers.find(({ name }) => name === container.name);
        return [
          {
            name: container.name,
            startedAt: run.startedAt,
            ...(usage?.cpuUsage !== undefined && { cpuUsage: usage.cpuUsage }),
            ...(usage?.memoryUsage !== undefined && { memoryUsage: usage.memoryUsage }),
          },
        ];
      },
    );
    yield { ref: podRefOfStamp(pod.ownership), startedAt: pod.startsAt, containers };
  }
}
