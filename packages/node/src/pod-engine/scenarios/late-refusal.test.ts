import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../provider/errors/invalid-input.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';

const field = 'spec.containers[0].volumeMounts[0].recursiveReadOnly';
const message = 'the runtime cannot mount like this';

/** A runtime that says only when it is asked for a sandbox what it cannot honour. */
function refusingWorld(): EngineWorld {
  const world = new EngineWorld();
  world.runtime.before = (call) => {
    if (call.startsWith('runPodSandbox')) throw new InvalidInput(field, message);
  };
  return world;
}

const triedSandboxes = (world: EngineWorld): number =>
  world.runtime.calls.filter((call) => call.startsWith('runPodSandbox')).length;

describe('a pod that is refused only when its sandbox is to be made', () => {
  it.for(['Always', 'OnFailure', 'Never'])(
    'has failed, of restart policy %s, and the field is named',
    async (policy) => {
      const world = refusingWorld();
      await world.create(samplePod({ spec: { restartPolicy: policy } }));
      expect(world.status).toMatchObject({
        phase: 'Failed',
        reason: 'ProviderRefused',
        message: `${field}: ${message}`,
      });
      expect(world.events).toEqual([`ProviderRefused ${field}: ${message}`]);
      await world.close();
    },
  );

  it('is not tried again', async () => {
    const world = refusingWorld();
    await world.create(samplePod());
    await world.advance(600);
    expect(triedSandboxes(world)).toBe(1);
    expect(world.status.phase).toBe('Failed');
    await world.close();
  });

  it('is tried again where it has run before: its containers were taken once', async () => {
    const world = new EngineWorld();
    await world.create(samplePod());
    expect(world.status.phase).toBe('Running');
    let refusals = 1;
    world.runtime.before = (call) => {
      if (call.startsWith('runPodSandbox') && refusals-- > 0) throw new InvalidInput(field, message);
    };
    world.runtime.killSandbox('sandbox-1');
    await world.advance(60);
    expect(triedSandboxes(world)).toBe(3);
    expect(world.status.phase).toBe('Running');
    await world.close();
  });
});
