import { afterEach, describe, expect, it } from 'vitest';
import type { Provider } from '../provider/provider.ts';
import { exitedStatus } from '../testing/fake-backend.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { startPodWorld, stopPodWorld, stopPodWorlds } from '../testing/start-pod-world.ts';

afterEach(stopPodWorlds);

/** Adds the method, and notes what it was given. */
function adopting(calls: string[]): (provider: Provider) => Provider {
  return (provider) => ({
    ...provider,
    adoptPod: (pod, prepared) => {
      calls.push(`adoptPod ${pod.metadata?.name} ${prepared === undefined ? 'bare' : 'whole'}`);
      return Promise.resolve();
    },
  });
}

describe.each([
  { kind: 'that notifies', notifies: true },
  { kind: 'that is polled', notifies: false },
])('a provider $kind and wants the pods of a process before', ({ notifies }) => {
  it('is handed each of them once, and none that this process created', async () => {
    const calls: string[] = [];
    const change = adopting(calls);
    const before = await startPodWorld({ notifies, change });
    before.api.apply(samplePod({ name: 'a' }));
    await before.settle();
    await before.clock.advance(30_000);
    expect(calls).toEqual([]);
    await stopPodWorld(before);
    const after = await startPodWorld({ notifies, change, api: before.api, backend: before.backend });
    await after.clock.advance(30_000);
    expect(calls).toEqual(['adoptPod a whole']);
    expect(after.backend.calls.filter((call) => call.startsWith('createPod'))).toEqual(['createPod a']);
  });

  it('is handed a pod without what it refers to while that is missing, and again when it is there', async () => {
    const calls: string[] = [];
    const world = await startPodWorld({ notifies, change: adopting(calls) }, (fresh) => {
      fresh.api.apply(samplePod());
      fresh.plant(samplePod());
      fresh.problems = [
        { reason: 'MandatorySecretNotFound', message: 'no secret s', mandatory: true, fieldPath: 'spec' },
      ];
    });
    await world.clock.advance(65_000);
    expect(calls).toEqual(['adoptPod web bare']);
    world.problems = [];
    await world.clock.advance(35_000);
    expect(calls).toEqual(['adoptPod web bare', 'adoptPod web whole']);
  });

  it('is handed a pod that has ended as it is, and is not asked to stop it', async () => {
    const calls: string[] = [];
    const pod = samplePod();
    const world = await startPodWorld({ notifies, change: adopting(calls) }, (fresh) => {
      fresh.api.apply(samplePod({ status: exitedStatus(pod, 0) }));
      fresh.plant(pod);
      fresh.backend.report('web-uid', exitedStatus(pod, 0));
    });
    await world.clock.advance(30_000);
    expect(calls).toEqual(['adoptPod web bare']);
    expect(world.backend.calls.filter((call) => call.startsWith('deletePod'))).toEqual([]);
  });
});
