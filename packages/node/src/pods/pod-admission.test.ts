import { afterEach, describe, expect, it } from 'vitest';
import type { AdmissionSurroundings } from '../provider/pod-admission.ts';
import { Terminal } from '../provider/errors/terminal.ts';
import type { Provider } from '../provider/provider.ts';
import { podRefOf } from '../provider/pod-ref.ts';
import type { Pod } from '../provider/wire.ts';
import { exitedStatus, runningStatus } from '../testing/fake-backend.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { hangs, startPodWorld, stopPodWorlds } from '../testing/start-pod-world.ts';

afterEach(stopPodWorlds);

const names = ({ others }: AdmissionSurroundings): string[] =>
  others.map(({ metadata }) => metadata?.name ?? '').sort();

/** A node with room for so many pods. */
function withRoom(places: number, asked: string[] = []): (provider: Provider) => Provider {
  return (provider) => ({
    ...provider,
    admit: ({ metadata }, surroundings) => {
      asked.push(`${metadata?.name} [${names(surroundings).join(' ')}]`);
      if (surroundings.others.length < places) return undefined;
      return { reason: 'OutOfpods', message: `there are ${surroundings.others.length} pods already` };
    },
  });
}

describe('the admission of pods', () => {
  it('ends a pod that the node does not take, whatever its restart policy, and never sends it to the backend', async () => {
    const world = await startPodWorld({ change: withRoom(0) });
    world.api.apply(samplePod());
    await world.settle();
    expect(world.api.get('web')?.status).toMatchObject({
      phase: 'Failed',
      reason: 'OutOfpods',
      message: 'Pod was rejected: there are 0 pods already',
    });
    expect(world.events).toEqual(['web OutOfpods']);
    await world.clock.advance(60_000);
    expect(world.backend.calls.filter((call) => call.startsWith('createPod'))).toEqual([]);
    expect(world.events).toEqual(['web OutOfpods']);
  });

  it('takes the oldest first where several wait, in whatever order they came', async () => {
    const created = ['2026-01-01T00:00:03Z', '2026-01-01T00:00:01Z', '2026-01-01T00:00:02Z'];
    const world = await startPodWorld({ change: withRoom(2) }, ({ api }) => {
      for (const [index, creationTimestamp] of created.entries())
        api.apply(
          samplePod({
            name: `p${index}`,
            metadata: { ...samplePod({ name: `p${index}` }).metadata, creationTimestamp },
          }),
        );
    });
    await world.settle();
    expect(created.map((_, index) => world.phase(`p${index}`))).toEqual(['Failed', 'Running', 'Running']);
  });

  it('counts the pods of a process before that still run, and asks about none of them', async () => {
    const asked: string[] = [];
    const world = await startPodWorld({ change: withRoom(1, asked) }, (fresh) => {
      for (const name of ['a', 'b']) {
        fresh.api.apply(samplePod({ name }));
        fresh.plant(samplePod({ name }));
      }
      fresh.api.apply(samplePod({ name: 'new' }));
    });
    await world.settle();
    expect(['a', 'b', 'new'].map((name) => world.phase(name))).toEqual(['Running', 'Running', 'Failed']);
    expect(new Set(asked)).toEqual(new Set(['new [a b]']));
  });

  it('does not count a pod that has ended, one that is gone, or one that was rejected', async () => {
    const asked: string[] = [];
    const world = await startPodWorld({ change: withRoom(1, asked) });
    world.api.apply(samplePod({ name: 'done', spec: { restartPolicy: 'Never' } }));
    await world.settle();
    world.api.apply(samplePod({ name: 'early' }));
    await world.settle();
    expect(world.phase('early')).toBe('Failed');
    world.backend.report('done-uid', exitedStatus(samplePod({ name: 'done' }), 0));
    await world.settle();
    world.api.apply(samplePod({ name: 'gone' }));
    await world.settle();
    expect(asked.at(-1)).toBe('gone []');
    await world.requestDeletion('gone', 0);
    await world.settle();
    world.api.apply(samplePod({ name: 'last' }));
    await world.settle();
    expect(asked.at(-1)).toBe('last []');
    expect(world.phase('last')).toBe('Running');
  });

  it('gives no place to a pod that is refused or that the backend will never take, however old it is', async () => {
    const asked: string[] = [];
    const change = (provider: Provider): Provider => ({
      ...withRoom(1, asked)(provider),
      refuse: ({ metadata }) => (metadata?.name === 'refused' ? [{ field: 'spec.os', message: 'no' }] : []),
    });
    const at = (name: string, second: number): Pod => {
      const { metadata } = samplePod({ name });
      return samplePod({ name, metadata: { ...metadata, creationTimestamp: `2026-01-01T00:00:0${second}Z` } });
    };
    const world = await startPodWorld({ change }, ({ api, backend }) => {
      backend.before = (call) => {
        if (call === 'createPod broken') throw new Terminal('never');
      };
      for (const pod of [at('young', 3), at('refused', 1)]) api.apply(pod);
    });
    await world.settle();
    expect(asked).toEqual(['young []']);
    expect([world.phase('young'), world.phase('refused')]).toEqual(['Running', 'Pending']);
    world.api.remove('young');
    await world.clock.advance(5_000);
    world.api.apply(at('broken', 4));
    await world.settle();
    world.api.apply(at('last', 5));
    await world.settle();
    expect(asked.slice(1)).toEqual(['broken []', 'last []']);
    expect([world.phase('broken'), world.phase('last')]).toEqual(['Pending', 'Running']);
  });

  it('keeps the place of a pod that was taken and waits for what it refers to', async () => {
    const asked: string[] = [];
    const world = await startPodWorld({ change: withRoom(1, asked) });
    world.problems = [
      { reason: 'MandatorySecretNotFound', message: 'no secret s', mandatory: true, fieldPath: 'spec' },
    ];
    world.api.apply(samplePod({ name: 'waits' }));
    await world.settle();
    world.api.apply(samplePod({ name: 'late' }));
    await world.settle();
    expect([world.phase('waits'), world.phase('late')]).toEqual(['Pending', 'Failed']);
    world.problems = [];
    await world.clock.advance(35_000);
    expect(world.phase('waits')).toBe('Running');
    expect(asked.filter((line) => line.startsWith('waits'))).toEqual(['waits []']);
  });

  it('reads the Node before it rejects a pod: what is known of it may be a moment behind the scheduler', async () => {
    const change = (provider: Provider): Provider => ({
      ...provider,
      admit: (_pod, { node }) =>
        node?.metadata?.labels?.['disk'] === 'fast' ? undefined : { reason: 'NodeAffinity', message: 'no fast disk' },
    });
    const world = await startPodWorld({ change });
    world.nodeNow = { metadata: { name: 'n', labels: { disk: 'fast' } } };
    world.api.apply(samplePod({ name: 'fits' }));
    await world.settle();
    expect(world.phase('fits')).toBe('Running');
    world.nodeNow = { metadata: { name: 'n' } };
    world.api.apply(samplePod({ name: 'other' }));
    await world.settle();
    expect(world.phase('other')).toBe('Failed');
  });

  it('rejects nothing while the Node cannot be read', async () => {
    const world = await startPodWorld({ change: withRoom(0) });
    world.nodeNow = new Error('the API server is away');
    world.api.apply(samplePod());
    await world.settle();
    expect(world.phase('web')).toBe('Pending');
    world.nodeNow = { metadata: { name: 'n' } };
    await world.clock.advance(5_000);
    expect(world.phase('web')).toBe('Failed');
  });
});

/** A node with room for so many pods, on which a pod named `critical...` takes the place of the first one that is not. */
function withPreemption(places: number, asked: string[] = []): (provider: Provider) => Provider {
  return (provider) => ({
    ...provider,
    admit: (pod, surroundings) => {
      const name = pod.metadata?.name ?? '';
      asked.push(`${name} [${names(surroundings).join(' ')}]`);
      if (surroundings.others.length < places) return undefined;
      const victim = surroundings.others.find(({ metadata }) => !metadata?.name?.startsWith('critical'));
      if (!name.startsWith('critical') || victim === undefined) return { reason: 'OutOfpods', message: 'no place' };
      return { victims: [podRefOf(victim)], resource: 'pods' };
    },
  });
}

describe('room for a critical pod', () => {
  it('is made by a pod that stops within its grace and is Failed then, and only then the critical one is created', async () => {
    const world = await startPodWorld({ change: withPreemption(1) });
    world.backend.stopsAtOnce = false;
    world.api.apply(samplePod({ name: 'victim', spec: { terminationGracePeriodSeconds: 7 } }));
    await world.settle();
    world.api.apply(samplePod({ name: 'critical' }));
    await world.settle();
    expect(world.backend.calls).toContain('deletePod victim 7');
    expect([world.phase('victim'), world.phase('critical')]).toEqual(['Running', 'Pending']);
    expect(world.events).toContain('victim Preempting');
    expect(world.backend.calls).not.toContain('createPod critical');
    world.backend.report('victim-uid', exitedStatus(samplePod({ name: 'victim' }), 0));
    await world.settle();
    expect(world.api.get('victim')?.status).toMatchObject({
      phase: 'Failed',
      reason: 'Preempting',
      message: 'Preempted in order to admit critical pod',
      containerStatuses: [{ state: { terminated: { exitCode: 0 } } }],
    });
    expect(world.api.get('victim')?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }),
    );
    expect(world.phase('critical')).toBe('Running');
    expect(world.api.get('victim')).toBeDefined();
  });

  it('is kept for it: others wait while it is made, and are judged when there is no more to come', async () => {
    const asked: string[] = [];
    const world = await startPodWorld({ change: withPreemption(1, asked) });
    world.backend.stopsAtOnce = false;
    for (const name of ['victim', 'critical', 'late', 'later']) {
      world.api.apply(samplePod({ name }));
      await world.settle();
    }
    const phases = (): (string | undefined)[] =>
      ['victim', 'critical', 'late', 'later'].map((name) => world.phase(name));
    expect(phases()).toEqual(['Running', 'Pending', 'Pending', 'Pending']);
    world.backend.report('victim-uid', exitedStatus(samplePod({ name: 'victim' }), 1));
    await world.settle();
    expect(phases()).toEqual(['Failed', 'Running', 'Failed', 'Failed']);
    expect(asked.at(-1)).toBe('later [critical]');
    expect(world.api.get('late')?.status?.reason).toBe('OutOfpods');
  });

  it('is made by one pod for each of two critical ones', async () => {
    const world = await startPodWorld({ change: withPreemption(2) });
    for (const name of ['a', 'b', 'critical-1', 'critical-2']) world.api.apply(samplePod({ name }));
    await world.settle();
    expect(['a', 'b', 'critical-1', 'critical-2'].map((name) => world.phase(name))).toEqual([
      'Failed',
      'Failed',
      'Running',
      'Running',
    ]);
    world.api.apply(samplePod({ name: 'critical-3' }));
    await world.settle();
    expect(world.api.get('critical-3')?.status?.reason).toBe('OutOfpods');
    expect(world.figures('virtual_kubelet_pod_preemptions_total')).toEqual(['{resource="pods"} 2']);
    expect(world.figures('virtual_kubelet_pod_rejections_total')).toEqual(['{reason="OutOfpods"} 1']);
  });

  it('is made by a pod that was never created, which then has no containers to tell of', async () => {
    const world = await startPodWorld({ change: withPreemption(1) });
    world.problems = [{ reason: 'MandatorySecretNotFound', message: 'no secret', mandatory: true, fieldPath: 'spec' }];
    world.api.apply(samplePod({ name: 'waits' }));
    await world.settle();
    world.problems = [];
    world.api.apply(samplePod({ name: 'critical' }));
    await world.settle();
    expect(world.api.get('waits')?.status).toMatchObject({ phase: 'Failed', reason: 'Preempting' });
    expect(world.phase('critical')).toBe('Running');
    await world.clock.advance(60_000);
    expect(world.backend.calls).not.toContain('createPod waits');
  });

  it('is made by a pod whose creation hangs: nobody waits for it', async () => {
    const world = await startPodWorld({ change: withPreemption(1) });
    world.backend.before = (call, { signal }) => (call === 'createPod hangs' ? hangs(signal) : undefined);
    world.api.apply(samplePod({ name: 'hangs' }));
    await world.settle();
    world.api.apply(samplePod({ name: 'critical' }));
    await world.settle();
    expect(world.api.get('hangs')?.status).toMatchObject({ phase: 'Failed', reason: 'Preempting' });
    expect(world.phase('critical')).toBe('Running');
  });

  it('is made by a pod of a process before', async () => {
    const world = await startPodWorld({ change: withPreemption(1) }, (fresh) => {
      fresh.api.apply(samplePod({ name: 'old', status: runningStatus(samplePod({ name: 'old' })) }));
      fresh.plant(samplePod({ name: 'old' }));
    });
    world.api.apply(samplePod({ name: 'critical' }));
    await world.settle();
    expect(world.api.get('old')?.status).toMatchObject({ phase: 'Failed', reason: 'Preempting' });
    expect(world.phase('critical')).toBe('Running');
  });

  it('leaves a pod the end that it had of itself, when it came first', async () => {
    const world = await startPodWorld({ change: withPreemption(1) });
    world.backend.before = (call) => {
      if (call.startsWith('deletePod')) throw new Error('the backend is away');
    };
    world.api.apply(samplePod({ name: 'victim', spec: { restartPolicy: 'Never' } }));
    await world.settle();
    world.api.apply(samplePod({ name: 'critical' }));
    await world.settle();
    expect(world.phase('critical')).toBe('Pending');
    world.backend.report('victim-uid', exitedStatus(samplePod({ name: 'victim' }), 0));
    await world.settle();
    await world.clock.advance(1_000);
    expect([world.phase('victim'), world.phase('critical')]).toEqual(['Succeeded', 'Running']);
  });

  it('is made by a pod that goes meanwhile because somebody deleted it', async () => {
    const world = await startPodWorld({ change: withPreemption(1) });
    world.backend.stopsAtOnce = false;
    world.api.apply(samplePod({ name: 'victim' }));
    await world.settle();
    world.api.apply(samplePod({ name: 'critical' }));
    await world.settle();
    await world.requestDeletion('victim', 3);
    expect(world.backend.calls).toContain('deletePod victim 3');
    world.backend.report('victim-uid', exitedStatus(samplePod({ name: 'victim' }), 137));
    await world.settle();
    expect([world.api.get('victim'), world.phase('critical')]).toEqual([undefined, 'Running']);
  });

  it('is not made while the Node cannot be read: an end is for ever', async () => {
    const world = await startPodWorld({ change: withPreemption(1) });
    world.api.apply(samplePod({ name: 'victim' }));
    await world.settle();
    world.nodeNow = new Error('the API server is away');
    world.api.apply(samplePod({ name: 'critical' }));
    await world.settle();
    expect([world.phase('victim'), world.phase('critical')]).toEqual(['Running', 'Pending']);
  });
});
