import { describe, expect, it } from 'vitest';
import { podRefOf } from '../../provider/pod-ref.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';

const pod = samplePod();

/** A pod whose sandbox is being made by a runtime that ignores that it is no longer asked for, until `proceed`. */
async function inTheMaking(): Promise<{ readonly world: EngineWorld; readonly proceed: () => void }> {
  const world = new EngineWorld();
  const { promise, resolve } = Promise.withResolvers<void>();
  world.runtime.before = (call) => (call.startsWith('runPodSandbox') ? promise : undefined);
  await world.create(pod);
  return { world, proceed: resolve };
}

function sandboxStates(world: EngineWorld): string[] {
  return [...world.runtime.sandboxes.values()].map(({ state }) => state);
}

describe('what is being made in the runtime when it is no longer wanted', () => {
  it('is waited for when the pod is removed, and removed with it', async () => {
    const { world, proceed } = await inTheMaking();
    const removed = world.provider.removePod?.(podRefOf(pod), world.call);
    await world.settle();
    proceed();
    await removed;
    await world.settle();
    expect(world.runtime.calls).toContain('removePodSandbox web');
    expect(sandboxStates(world)).toEqual([]);
    await world.close();
  });

  it('holds the removal of the pod up for a few seconds at most', async () => {
    const { world } = await inTheMaking();
    let isRemoved = false;
    const removed = world.provider.removePod?.(podRefOf(pod), world.call).then(() => {
      isRemoved = true;
    });
    await world.advance(4);
    expect(isRemoved).toBe(false);
    await world.advance(1);
    await removed;
    await world.close();
  });

  it('is waited for before a pod that is deleted has ended, and stopped', async () => {
    const { world, proceed } = await inTheMaking();
    await world.delete(pod, 30);
    await world.advance(4);
    expect(world.status.phase).not.toBe('Failed');
    proceed();
    await world.settle();
    expect(world.status.phase).toBe('Failed');
    expect(sandboxStates(world)).toEqual(['notready']);
    await world.close();
  });

  it('does not keep a process from its end', async () => {
    const { world } = await inTheMaking();
    await world.delete(pod, 30);
    await world.close();
    expect(sandboxStates(world)).toEqual([]);
  });
});
