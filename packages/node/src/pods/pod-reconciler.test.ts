import { afterEach, describe, expect, it } from 'vitest';
import { NotFound } from '../provider/errors/not-found.ts';
import { Unsupported } from '../provider/errors/unsupported.ts';
import { exitedStatus, runningStatus } from '../testing/fake-backend.ts';
import { refused } from '../testing/fake-pod-api.ts';
import { PodWorld } from '../testing/pod-world.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { hangs, startPodWorld, stopPodWorlds } from '../testing/start-pod-world.ts';

afterEach(stopPodWorlds);

describe('the pod loop', () => {
  it('ends a pod when it is deleted during its creation, at once, though the provider hangs', async () => {
    const world = await startPodWorld();
    world.backend.before = (call, { signal }) => (call.startsWith('createPod') ? hangs(signal) : undefined);
    world.api.apply(samplePod());
    await world.settle();
    await world.requestDeletion('web', 30);
    expect(world.api.get('web')).toBeUndefined();
    expect(world.controller.status().pods).toBe(0);
  });

  it('ends a pod when it is deleted during an update that hangs', async () => {
    const world = await startPodWorld();
    world.api.apply(samplePod());
    await world.settle();
    world.backend.before = (call, { signal }) => (call.startsWith('updatePod') ? hangs(signal) : undefined);
    world.api.apply({ ...samplePod({ image: 'app:2' }), status: world.api.get('web')?.status });
    await world.settle();
    await world.requestDeletion('web', 30);
    expect(world.api.get('web')).toBeUndefined();
    expect(world.events).not.toContain('web ProviderUpdateFailed');
  });

  it('creates nothing for a pod that is removed by force while what it refers to is missing', async () => {
    const world = await startPodWorld();
    world.problems = [{ reason: 'MandatorySecretNotFound', message: 'no secret', mandatory: true, fieldPath: 'spec' }];
    world.api.apply(samplePod());
    await world.settle();
    expect(world.api.get('web')?.status).toMatchObject({ reason: 'CreateContainerConfigError' });
    world.api.remove('web');
    await world.settle();
    expect(world.controller.status().pods).toBe(0);
    expect(world.held).toBe(0);
    expect(world.backend.calls).not.toContain('createPod web');
  });

  it('ends a pod that lacks something at its activeDeadlineSeconds, as DeadlineExceeded, and creates it no more', async () => {
    const world = await startPodWorld();
    world.problems = [{ reason: 'MandatorySecretNotFound', message: 'no secret', mandatory: true, fieldPath: 'spec' }];
    world.api.apply(samplePod({ spec: { activeDeadlineSeconds: 50 } }));
    await world.settle();
    await world.clock.advance(49_000);
    await world.settle();
    expect(world.api.get('web')?.status).toMatchObject({ phase: 'Pending', reason: 'CreateContainerConfigError' });
    await world.clock.advance(1_000);
    await world.settle();
    expect(world.api.get('web')?.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    expect(world.events.filter((event) => event === 'web DeadlineExceeded')).toHaveLength(1);
    world.problems = [];
    for (const changed of world.referenceChanged) changed();
    await world.clock.advance(60_000);
    await world.settle();
    expect(world.backend.calls).not.toContain('createPod web');
  });

  it('starts a pod by itself when what it lacks appears', async () => {
    const world = await startPodWorld();
    world.problems = [{ reason: 'MandatorySecretNotFound', message: 'no secret', mandatory: true, fieldPath: 'spec' }];
    world.api.apply(samplePod());
    await world.settle();
    world.problems = [];
    for (const changed of world.referenceChanged) changed();
    await world.settle();
    expect(world.phase('web')).toBe('Running');
  });

  it('removes what still runs of a pod that was removed by force', async () => {
    const world = await startPodWorld();
    world.api.apply(samplePod());
    await world.settle();
    world.api.remove('web');
    await world.settle();
    expect(world.backend.calls).toEqual(['createPod web', 'deletePod web 30', 'removePod web']);
    expect(world.controller.status().pods).toBe(0);
  });

  it('asks again with a shorter grace, then kills what outlives it', async () => {
    const world = await startPodWorld();
    world.backend.stopsAtOnce = false;
    world.api.apply(samplePod());
    await world.settle();
    await world.requestDeletion('web', 60);
    await world.requestDeletion('web', 5);
    expect(world.backend.calls.slice(1)).toEqual(['deletePod web 60', 'deletePod web 5']);
    await world.clock.advance(15_000);
    expect(world.backend.calls.slice(3)).toEqual(['deletePod web 0']);
    expect(world.phase('web')).toBe('Running');
  });

  it('ends a deletion as soon as every container has ended, whatever is left of the grace', async () => {
    const world = await startPodWorld();
    world.backend.stopsAtOnce = false;
    world.api.apply(samplePod());
    await world.settle();
    await world.requestDeletion('web', 600);
    world.backend.report('web-uid', { ...exitedStatus(samplePod(), 3), phase: 'Running' });
    await world.settle();
    expect(world.api.get('web')).toBeUndefined();
    expect(world.api.calls).toEqual(['patch Running', 'patch Failed', 'end']);
  });

  it('does not spin while a finalizer holds a pod that has ended', async () => {
    const world = await startPodWorld();
    world.api.apply(samplePod({ metadata: { finalizers: ['example.com/keep'] } }));
    await world.settle();
    await world.requestDeletion('web', 1);
    await world.clock.advance(600_000);
    expect(world.api.calls).toEqual(['patch Running', 'patch Succeeded', 'end']);
    expect(world.backend.calls).toEqual(['createPod web', 'deletePod web 1']);
    world.api.remove('web');
    await world.settle();
    expect(world.backend.pods.size).toBe(0);
  });

  it('stops what runs of a pod that somebody else has ended, and then rests', async () => {
    const world = await startPodWorld();
    world.api.apply(samplePod());
    await world.settle();
    world.api.writeStatus('web', { ...world.api.get('web')?.status, phase: 'Failed', reason: 'Evicted' });
    await world.clock.advance(600_000);
    expect(world.backend.calls).toEqual(['createPod web', 'deletePod web 30']);
    expect(world.api.get('web')?.status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(world.api.calls).toEqual(['patch Running']);
  });

  it('looks for itself before a write when the watch has not shown the one before, and notices a deletion then', async () => {
    const world = await startPodWorld();
    world.api.apply(samplePod());
    await world.settle();
    world.api.quiet = true;
    world.api.requestDeletion('web', 30, world.timeIn(30));
    world.backend.report('web-uid', { ...runningStatus(samplePod()), message: 'busy' });
    await world.settle();
    world.backend.report('web-uid', { ...runningStatus(samplePod()), message: 'busier' });
    await world.clock.advance(4_999);
    expect(world.api.calls).not.toContain('read');
    expect(world.backend.calls).not.toContain('deletePod web 30');
    await world.clock.advance(1);
    expect(world.api.calls).toContain('read');
    expect(world.backend.calls).toContain('deletePod web 30');
  });

  it('asks no more than once a second for a pod that is gone while the watch lags behind', async () => {
    const world = await startPodWorld();
    world.api.apply(samplePod());
    await world.settle();
    world.api.quiet = true;
    world.api.remove('web');
    world.backend.lose('web-uid');
    await world.settle();
    expect(world.api.calls.slice(1)).toEqual(['patch Failed']);
    await world.clock.advance(3_000);
    expect(world.api.calls.length).toBeLessThanOrEqual(5);
  });

  it('keeps a terminal status, whatever the backend says later', async () => {
    const world = await startPodWorld();
    world.api.apply(samplePod());
    await world.settle();
    world.backend.report('web-uid', exitedStatus(samplePod(), 1));
    await world.settle();
    world.backend.report('web-uid', runningStatus(samplePod()));
    await world.settle();
    expect(world.phase('web')).toBe('Failed');
    expect(world.api.calls).toEqual(['patch Running', 'patch Failed']);
  });

  it('knows its own pods by their UID though a notification leaves the stamp out', async () => {
    const world = await startPodWorld();
    world.api.apply(samplePod());
    await world.settle();
    const known = world.backend.pods.get('web-uid');
    if (known !== undefined) world.backend.tell({ ref: known.ref, status: exitedStatus(samplePod(), 0) });
    await world.settle();
    world.api.remove('web');
    await world.settle();
    expect(world.backend.calls).toContain('removePod web');
  });

  it('looks before it calls a pod lost that was said to be gone while it was created', async () => {
    const world = await startPodWorld();
    world.backend.before = (call) => {
      if (call.startsWith('createPod'))
        world.backend.tell({ ref: { namespace: 'default', name: 'web', uid: 'web-uid' }, gone: true });
    };
    const create = world.backend.create.bind(world.backend);
    world.backend.create = (prepared) => {
      create(prepared);
      world.backend.tell({ ref: { namespace: 'default', name: 'web', uid: 'web-uid' }, gone: true });
    };
    world.api.apply(samplePod());
    await world.settle();
    expect(world.backend.calls).toEqual(['createPod web', 'getPod web']);
    expect(world.phase('web')).toBe('Running');
  });

  it('believes a notification that the pod runs more than the failure of the call that created it', async () => {
    const world = await startPodWorld();
    world.backend.before = (call) => {
      if (!call.startsWith('createPod')) return;
      world.plant(samplePod());
      const planted = world.backend.pods.get('web-uid');
      if (planted !== undefined) world.backend.tell(planted);
      throw new Error('the connection broke');
    };
    world.api.apply(samplePod());
    await world.settle();
    expect(world.api.calls).toEqual(['patch Running']);
    expect(world.events).not.toContain('web ProviderCreateFailed');
  });

  it('updates a running pod, and says so when it cannot, without touching the phase', async () => {
    const world = await startPodWorld();
    world.api.apply(samplePod());
    await world.settle();
    world.api.apply({ ...samplePod({ image: 'app:2' }), status: world.api.get('web')?.status });
    await world.settle();
    expect(world.backend.calls).toEqual(['createPod web', 'updatePod web']);
    world.backend.before = () => {
      throw new Unsupported('no updates here');
    };
    world.api.apply({ ...samplePod({ image: 'app:3' }), status: world.api.get('web')?.status });
    await world.clock.advance(300_000);
    expect(world.backend.calls.filter((call) => call.startsWith('updatePod'))).toHaveLength(2);
    expect(world.events.filter((event) => event === 'web ProviderUpdateFailed')).toHaveLength(1);
    expect(world.phase('web')).toBe('Running');
  });

  it('does not spin when a backend cannot update what it says it has', async () => {
    let updates = 0;
    const world = await startPodWorld({
      change: (provider) => ({
        ...provider,
        updatePod: () => {
          updates++;
          return Promise.reject(new NotFound('no such pod'));
        },
      }),
    });
    world.api.apply(samplePod());
    await world.settle();
    world.api.apply({ ...samplePod({ image: 'app:2' }), status: world.api.get('web')?.status });
    await world.clock.advance(1_000);
    expect(updates).toBeGreaterThan(1);
    expect(updates).toBeLessThan(5);
  });

  it('takes a provider at its word that says by an error that there is no such pod', async () => {
    const getPod = (): Promise<never> => Promise.reject(new NotFound('no such pod'));
    const world = await startPodWorld({ change: (provider) => ({ ...provider, getPod }) });
    world.backend.before = (call) => {
      if (call.startsWith('createPod') && world.backend.calls.length === 1) throw new Error('not now');
    };
    world.api.apply(samplePod());
    await world.clock.advance(1_000);
    expect(world.backend.calls).toEqual(['createPod web', 'createPod web']);
    expect(world.phase('web')).toBe('Running');
  });

  it('refuses a pod before anything exists, once, until its spec changes', async () => {
    const refuse = () => [{ field: 'spec.hostNetwork', message: 'not here' }];
    const world = await startPodWorld({ change: (provider) => ({ ...provider, refuse }) });
    world.api.apply(samplePod());
    world.api.apply(samplePod({ name: 'once', spec: { restartPolicy: 'Never' } }));
    await world.clock.advance(600_000);
    expect(world.phase('web')).toBe('Pending');
    expect(world.phase('once')).toBe('Failed');
    expect(world.api.calls.toSorted()).toEqual(['patch Failed', 'patch same phase']);
    expect(world.events.toSorted()).toEqual(['once ProviderRefused', 'web ProviderRefused']);
    expect(world.figures('virtual_kubelet_pod_rejections_total')).toEqual(['{reason="ProviderRefused"} 2']);
    expect(world.backend.calls).toEqual([]);
    await world.requestDeletion('web', 30);
    expect(world.api.get('web')).toBeUndefined();
  });

  it('acknowledges a pod before a backend that forgets is asked to run it', async () => {
    const world = await startPodWorld({ retention: 'forgets-finished' });
    const startTimes: unknown[] = [];
    world.backend.before = (call) => {
      if (call.startsWith('createPod')) startTimes.push(world.api.get('web')?.status?.startTime);
    };
    world.api.apply(samplePod());
    await world.settle();
    expect(startTimes).toEqual([world.timeIn(0)]);
    expect(world.api.calls).toEqual(['patch same phase', 'patch Running']);
  });

  it('creates pods again after a restart when the backend died with the process', async () => {
    const world = await startPodWorld({ retention: 'dies-with-process' }, (fresh) =>
      fresh.api.apply(samplePod({ status: runningStatus(samplePod()) })),
    );
    expect(world.backend.calls).toEqual(['createPod web']);
    expect(world.phase('web')).toBe('Running');
  });

  it('asks a provider that cannot remove only once to let go of a finished pod that it keeps naming', async () => {
    const world = await startPodWorld({ notifies: false, removes: false });
    world.api.apply(samplePod());
    await world.settle();
    world.backend.report('web-uid', exitedStatus(samplePod(), 0));
    await world.clock.advance(5_000);
    await world.requestDeletion('web', 30);
    await world.clock.advance(60_000);
    expect(world.backend.calls.filter((call) => call.startsWith('deletePod'))).toHaveLength(1);
    expect(world.api.calls.filter((call) => call === 'is gone').length).toBeLessThanOrEqual(1);
    world.api.apply(samplePod({ uid: 'next' }));
    await world.settle();
    expect(world.phase('web')).toBe('Running');
    world.backend.pods.delete('web-uid');
    await world.clock.advance(5_000);
    expect(world.controller.status().pods).toBe(1);
  });

  it('ends a pod that never started though one of its name before it cannot be removed', async () => {
    const world = await startPodWorld();
    world.api.apply(samplePod({ uid: 'first' }));
    await world.settle();
    world.backend.before = (call) => {
      if (call.startsWith('removePod')) throw new Error('stuck');
    };
    world.api.remove('web');
    world.api.apply(samplePod({ uid: 'second' }));
    await world.settle();
    await world.requestDeletion('web', 30);
    expect(world.api.get('web')).toBeUndefined();
  });

  it('does not let hung creates of more pods than there are workers hold up another pod', async () => {
    const world = await startPodWorld({ workers: 2 });
    world.backend.before = (call, { signal }) => (/createPod hung/.test(call) ? hangs(signal) : undefined);
    for (let count = 0; count < 5; count++) world.api.apply(samplePod({ name: `hung-${count}` }));
    world.api.apply(samplePod());
    await world.clock.advance(20_000);
    expect(world.phase('web')).toBe('Running');
  });

  it('tries a status write again that the API server refused, and a conflict with somebody else is no end', async () => {
    const world = await startPodWorld();
    const answers = [refused(409, 'Conflict', 'the object has been modified'), refused(500, 'InternalError', 'no')];
    world.api.before = () => {
      const error = answers.shift();
      if (error !== undefined) throw error;
    };
    world.api.apply(samplePod());
    await world.clock.advance(2_000);
    // Nobody knows what became of a write that was answered 500: the next one begins with a look.
    expect(world.api.calls).toEqual(['patch Running', 'patch Running', 'read', 'patch Running']);
    expect(world.phase('web')).toBe('Running');
  });

  it('finds what a notification did not tell by listing all the same', async () => {
    const world = await startPodWorld();
    world.api.apply(samplePod());
    await world.settle();
    world.backend.pods.clear();
    await world.clock.advance(300_000);
    expect(world.api.get('web')?.status?.reason).toBe('NotFound');
  });

  it('writes the statuses that wait when it is stopped', async () => {
    const world = new PodWorld();
    await world.start();
    world.api.apply(samplePod());
    await world.settle();
    const gate = Promise.withResolvers<void>();
    world.api.before = () => gate.promise;
    world.backend.report('web-uid', exitedStatus(samplePod(), 0));
    await world.settle();
    gate.resolve();
    await world.stop();
    expect(world.phase('web')).toBe('Succeeded');
  });
});
