import { afterEach, expect, it } from 'vitest';
import { exitedStatus, runningStatus } from '../testing/fake-backend.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { startPodWorld, stopPodWorlds } from '../testing/start-pod-world.ts';
import { podRefOf } from '../provider/pod-ref.ts';

afterEach(stopPodWorlds);

it('leaves a backend object alone that carries the UID of a pod and the stamp of another cluster, until it ends by itself', async () => {
  const pod = samplePod({ status: { phase: 'Running', startTime: '2026-01-01T00:00:00Z' } });
  const ref = podRefOf(pod);
  const world = await startPodWorld({}, ({ api, backend }) => {
    api.apply(pod);
    const ownership = { clusterId: 'before', nodeName: 'n', ...ref };
    backend.pods.set(ref.uid, { ref, ownership, status: runningStatus(pod), appliedHash: 'old' });
  });
  await world.settle();
  await world.requestDeletion('web', 0);
  await world.settle();
  const changes = world.backend.calls.filter((call) => !call.startsWith('getPod'));
  expect(changes).toEqual([]);
  expect(world.api.get('web')).toBeDefined();
  expect(world.events.filter((event) => event.includes('ForeignBackendObject'))).toHaveLength(1);
  world.backend.report(ref.uid, exitedStatus(pod, 0));
  await world.settle();
  expect(world.api.get('web')).toBeUndefined();
  expect(world.backend.pods.has(ref.uid)).toBe(true);
});
