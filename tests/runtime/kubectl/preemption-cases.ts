import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { busyboxImage as image } from '../containerd/local-images.ts';
import { reservedBytes } from '../cri-config.ts';
import { patience, type ApiPod } from '../runtime-world.ts';
import { leftBehind } from './containers-of-node.ts';
import { namespace, type CriNode, type KubectlRuntimeWorld } from './kubectl-runtime-world.ts';
import { hasEnded, isReady, statusOf } from './pod-states.ts';

type Resources = NonNullable<NonNullable<ApiPod['spec']>['containers'][number]['resources']>;

/** What the node has for pods. */
const node = { cpu: '1', maxPods: 5, memory: `${256 * 1024 * 1024 + reservedBytes}` } as const;
const preempted = 'Preempted in order to admit critical pod';
const critical = { priorityClassName: 'system-node-critical' } as const;

const asks = (cpu: string, memory = '8Mi'): Resources => ({ requests: { cpu, memory } });
const guaranteed = (cpu: string, memory: string): Resources => ({ requests: { cpu, memory }, limits: { cpu, memory } });
/** Takes a moment to stop and ends with a code of its own, so that a kill, or a place given before the end, would show. */
const command = ['sh', '-c', 'trap "sleep 1; exit 3" TERM; sleep 3600 & wait'];

export function preemptionCases(world: () => KubectlRuntimeWorld): void {
  describe('a node that is full', () => {
    let small: CriNode | undefined;
    const create = async (name: string, resources: Resources, spec: object = {}): Promise<void> => {
      await world().create(name, {
        nodeName: 'small',
        terminationGracePeriodSeconds: 20,
        ...spec,
        containers: [{ name: 'app', image, command, resources }],
      });
    };
    /** Fills the node; gives the pods as they run there. */
    const fill = async (pods: Readonly<Record<string, Resources>>): Promise<readonly ApiPod[]> => {
      const names = Object.keys(pods);
      for (const [name, resources] of Object.entries(pods)) await create(name, resources);
      return Promise.all(names.map((name) => world().becomes(name, 'ready', isReady)));
    };
    /** It makes room: it stops in its own time and has failed, as Kubernetes tells such an end from others. */
    const makesRoom = async (name: string): Promise<string> => {
      const { becomes, untilEvent } = world();
      const pod = await becomes(name, 'at its end', hasEnded);
      expect(pod.status).toMatchObject({ phase: 'Failed', reason: 'Preempting', message: preempted });
      expect(pod.status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }),
      );
      expect(pod.metadata).not.toHaveProperty('deletionTimestamp');
      const { exitCode, finishedAt = '' } = statusOf(pod, 'app').state?.terminated ?? {};
      expect(exitCode).toBe(3);
      await untilEvent(name, preempted);
      return finishedAt;
    };
    /** The pods as they are now. */
    const again = (pods: readonly ApiPod[]): Promise<readonly (ApiPod | undefined)[]> =>
      Promise.all(pods.map(({ metadata }) => world().pod(metadata.name)));
    const isRejected = async (name: string, reason: string): Promise<ApiPod> => {
      const { becomes, untilEvent } = world();
      const pod = await becomes(name, 'at its end', hasEnded);
      expect(pod.status).toMatchObject({ phase: 'Failed', reason });
      expect(pod.status?.message).toMatch(/^Pod was rejected: /u);
      expect(pod.status?.containerStatuses ?? []).toEqual([]);
      await untilEvent(name, reason);
      return pod;
    };

    beforeAll(async () => {
      const { addNode, cluster } = world();
      const user = { name: 'virtual-kubelet-small', groups: ['system:masters'] };
      small = addNode('small', await cluster.kubeconfigFor(user), node);
      await small.start();
    }, 60_000);
    afterEach(async () => {
      const { kubectl, runtime } = world();
      await kubectl('delete', 'pods', '--all', '-n', namespace, '--timeout=60s');
      await vi.waitFor(async () => expect(await leftBehind(runtime)).toEqual([]), patience);
    }, 120_000);
    afterAll(async () => {
      await small?.process.stop();
    }, 60_000);

    it('of CPU ends the one pod that gives a critical one what it lacks, and starts that one once it has stopped', async () => {
      const { becomes, untilEvent } = world();
      const [large, ...others] = await fill({
        'large-burstable': asks('500m'),
        'small-burstable': asks('200m'),
        'best-effort': {},
        guaranteed: guaranteed('200m', '16Mi'),
      });
      expect(large?.status?.qosClass).toBe('Burstable');
      await create('critical', asks('400m'), critical);
      const finishedAt = await makesRoom('large-burstable');
      const pod = await becomes('critical', 'ready', isReady);
      const { startedAt = '' } = statusOf(pod, 'app').state?.running ?? {};
      expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(Date.parse(finishedAt));
      await untilEvent('critical', 'Started');
      expect(await again(others)).toEqual(others);
    });

    it('of memory ends as many as are needed for a critical pod, and no guaranteed one', async () => {
      const [, , ...others] = await fill({
        'first-burstable': asks('10m', '96Mi'),
        'second-burstable': asks('10m', '64Mi'),
        'best-effort': {},
        guaranteed: guaranteed('10m', '64Mi'),
      });
      await create('critical', asks('10m', '160Mi'), critical);
      await Promise.all([makesRoom('first-burstable'), makesRoom('second-burstable')]);
      await world().becomes('critical', 'ready', isReady);
      expect(await again(others)).toEqual(others);
    });

    it('of pods ends the least of them for a critical one, and none that is critical itself', async () => {
      const [, , ...others] = await fill({
        'best-effort': {},
        burstable: asks('10m'),
        'other-burstable': asks('20m'),
        guaranteed: guaranteed('10m', '16Mi'),
        'other-guaranteed': guaranteed('20m', '16Mi'),
      });
      await create('critical', {}, critical);
      await makesRoom('best-effort');
      const first = await world().becomes('critical', 'ready', isReady);
      await create('critical-too', {}, critical);
      await makesRoom('burstable');
      await world().becomes('critical-too', 'ready', isReady);
      expect(await again([first, ...others])).toEqual([first, ...others]);
    });

    it('rejects pods that do not fit and are not critical, and a critical one that nobody could make room for', async () => {
      const pods = await fill({ burstable: asks('600m', '96Mi'), guaranteed: guaranteed('100m', '96Mi') });
      await create('too-much-cpu', asks('400m'));
      await create('too-much-memory', asks('10m', '128Mi'));
      await create('critical', asks('1500m'), critical);
      await isRejected('too-much-cpu', 'OutOfcpu');
      await isRejected('too-much-memory', 'OutOfmemory');
      const { status } = await isRejected('critical', 'UnexpectedAdmissionError');
      expect(status?.message).toContain('no set of running pods found to reclaim resources');
      // Those that were rejected count no more.
      const more = await fill({ 'best-effort': {}, 'best-effort-too': {}, 'third-best-effort': {} });
      await create('one-too-many', {});
      await isRejected('one-too-many', 'OutOfpods');
      expect(await again([...pods, ...more])).toEqual([...pods, ...more]);
    });
  });
}
