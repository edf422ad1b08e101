import { afterEach, describe, expect, it } from 'vitest';
import { RetryAfter } from '../provider/errors/retry-after.ts';
import { Terminal } from '../provider/errors/terminal.ts';
import { exitedStatus, runningStatus } from '../testing/fake-backend.ts';
import { stampOf } from '../testing/pod-world.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { hangs, startPodWorld, stopPodWorld, stopPodWorlds } from '../testing/start-pod-world.ts';

afterEach(stopPodWorlds);

describe.each([
  { kind: 'that notifies', notifies: true },
  { kind: 'that is polled', notifies: false },
])('the pod loop with a provider $kind', ({ notifies }) => {
  it('brings a pod from creation to its end with three writes', async () => {
    const world = await startPodWorld({ notifies });
    world.api.apply(samplePod());
    await world.settle();
    expect(world.phase('web')).toBe('Running');
    await world.requestDeletion('web', 30);
    expect(world.api.get('web')).toBeUndefined();
    expect(world.api.calls).toEqual(['patch Running', 'patch Succeeded', 'end']);
    expect(world.backend.calls.filter((call) => !call.startsWith('getPod'))).toEqual([
      'createPod web',
      'deletePod web 30',
      'removePod web',
    ]);
    expect(world.controller.status()).toEqual({ pods: 0, queued: 0, statusesPending: 0 });
    expect(world.held).toBe(0);
  });

  it('ends a pod that is deleted when the backend has none', async () => {
    const world = await startPodWorld({ notifies });
    world.api.apply(samplePod());
    await world.settle();
    world.backend.before = (call) => {
      if (call.startsWith('deletePod')) world.backend.pods.clear();
    };
    await world.requestDeletion('web', 30);
    expect(world.api.get('web')).toBeUndefined();
    expect(world.api.calls).toEqual(['patch Running', 'patch Failed', 'end']);
  });

  it('waits for its turn after a failure: neither its own writes nor listings bring the next try forward', async () => {
    const world = await startPodWorld({ notifies });
    world.backend.before = (call) => {
      if (call.startsWith('createPod')) throw new RetryAfter(45_000);
    };
    world.api.apply(samplePod());
    await world.settle();
    await world.clock.advance(44_000);
    expect(world.backend.calls.filter((call) => call.startsWith('createPod'))).toHaveLength(1);
    await world.clock.advance(2_000);
    expect(world.backend.calls.filter((call) => call.startsWith('createPod'))).toHaveLength(2);
    expect(world.api.get('web')?.status).toMatchObject({ phase: 'Pending', reason: 'ProviderFailed' });
  });

  it('adopts what a create that failed left behind, and never creates it twice', async () => {
    const world = await startPodWorld({ notifies });
    let first = true;
    world.backend.before = (call, context) => {
      if (!call.startsWith('createPod') || !first) return;
      first = false;
      world.plant(samplePod());
      return hangs(context.signal);
    };
    world.api.apply(samplePod());
    await world.settle();
    await world.clock.advance(121_000);
    expect(world.backend.calls.filter((call) => call.startsWith('createPod'))).toHaveLength(1);
    expect(world.phase('web')).toBe('Running');
  });

  it('retries a stop that fails without end, and keeps the object until it works', async () => {
    const world = await startPodWorld({ notifies });
    world.api.apply(samplePod());
    await world.settle();
    world.backend.before = (call) => {
      if (call.startsWith('deletePod')) throw new Terminal('never');
    };
    await world.requestDeletion('web', 30);
    await world.clock.advance(120_000);
    const tries = world.backend.calls.filter((call) => call.startsWith('deletePod')).length;
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(15);
    expect(world.api.get('web')?.metadata?.deletionTimestamp).toBeDefined();
    world.backend.before = () => undefined;
    await world.clock.advance(60_000);
    expect(world.api.get('web')).toBeUndefined();
  });

  it('calls a pod lost that the backend does not have any more, and does not create it again', async () => {
    const world = await startPodWorld({ notifies });
    world.api.apply(samplePod());
    await world.settle();
    world.backend.lose('web-uid');
    await world.clock.advance(5_000);
    expect(world.api.get('web')?.status).toMatchObject({ phase: 'Failed', reason: 'NotFound' });
    expect(world.events).toContain('web ProviderPodNotFound');
    expect(world.backend.calls.filter((call) => call.startsWith('createPod'))).toHaveLength(1);
    expect(world.held).toBe(0);
  });

  it('takes over running pods after a restart without any write and any call but reads', async () => {
    const before = await startPodWorld({ notifies });
    for (const name of ['a', 'b', 'c']) before.api.apply(samplePod({ name }));
    await before.settle();
    await stopPodWorld(before);
    const { api, backend } = before;
    api.calls.length = 0;
    backend.calls.length = 0;
    const after = await startPodWorld({ notifies, api, backend });
    await after.clock.advance(30_000);
    expect(api.calls).toEqual([]);
    expect(backend.calls.filter((call) => !call.startsWith('getPod'))).toEqual([]);
    expect(after.controller.status().pods).toBe(3);
  });

  it('deletes what a pod left behind that went while no process ran, after asking the API itself', async () => {
    const world = await startPodWorld({ notifies }, (fresh) => fresh.plant(samplePod({ name: 'old' })));
    expect(world.api.calls).toEqual(['is gone']);
    expect(world.backend.calls.filter((call) => !call.startsWith('getPod'))).toEqual([
      'deletePod old 30',
      'removePod old',
    ]);
    expect(world.backend.pods.size).toBe(0);
  });

  it('touches nothing that carries another stamp, or none', async () => {
    const world = await startPodWorld({ notifies }, (fresh) => {
      const other = samplePod({ name: 'other' });
      fresh.plant(other, { ...stampOf({ namespace: 'default', name: 'other', uid: 'other-uid' }), clusterId: 'd' });
      fresh.backend.pods.set('bare', {
        ref: { namespace: 'default', name: 'bare', uid: 'bare' },
        status: runningStatus(other),
      });
    });
    await world.clock.advance(30_000);
    expect(world.backend.calls).toEqual([]);
    expect(world.backend.pods.size).toBe(2);
  });

  it('decides nothing while the backend cannot be listed', async () => {
    const world = await startPodWorld({ notifies }, (fresh) => {
      fresh.backend.listingFails = new Error('out of order');
      fresh.api.apply(samplePod());
      fresh.plant(samplePod({ name: 'old' }));
    });
    await world.clock.advance(60_000);
    expect(world.backend.calls).toEqual([]);
    expect(world.api.calls).toEqual([]);
    world.backend.listingFails = undefined;
    await world.clock.advance(60_000);
    expect(world.phase('web')).toBe('Running');
  });

  it('writes again what somebody wrote over, and leaves the conditions of others alone', async () => {
    const world = await startPodWorld({ notifies });
    world.api.apply(samplePod());
    await world.settle();
    const gate = { type: 'example.com/gate', status: 'True' } as const;
    const status = world.api.get('web')?.status;
    world.api.writeStatus('web', {
      ...status,
      conditions: [
        ...(status?.conditions ?? []).map((condition) => ({
          ...condition,
          ...(condition.type === 'Ready' && { status: 'False' }),
        })),
        gate,
      ],
    });
    await world.settle();
    // What a polled backend said last may be old: its next report decides.
    if (!notifies) await world.clock.advance(5_000);
    const conditions = world.api.get('web')?.status?.conditions ?? [];
    expect(conditions.find(({ type }) => type === 'Ready')?.status).toBe('True');
    expect(conditions).toContainEqual(gate);
  });

  it('starts a pod of the same name only when the one before it is out of the backend', async () => {
    const world = await startPodWorld({ notifies });
    world.api.apply(samplePod({ uid: 'first' }));
    await world.settle();
    world.backend.stopsAtOnce = false;
    world.api.remove('web');
    world.api.apply(samplePod({ uid: 'second' }));
    await world.settle();
    expect(world.backend.calls.filter((call) => call.startsWith('createPod'))).toHaveLength(1);
    world.backend.stop({ namespace: 'default', name: 'web', uid: 'first' }, 0);
    await world.clock.advance(5_000);
    expect([...world.backend.pods.keys()]).toEqual(['second']);
    expect(world.phase('web')).toBe('Running');
  });

  it('leaves pods alone that have ended', async () => {
    const world = await startPodWorld({ notifies }, (fresh) => {
      fresh.api.apply(samplePod({ name: 'done', status: exitedStatus(samplePod(), 0) }));
      fresh.api.apply(samplePod({ name: 'failed', status: exitedStatus(samplePod(), 1) }));
    });
    await world.clock.advance(30_000);
    expect(world.backend.calls.filter((call) => !call.startsWith('getPod'))).toEqual([]);
    expect(world.api.calls).toEqual([]);
  });
});
