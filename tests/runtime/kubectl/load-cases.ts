import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { replayNumber } from '../../rig/replay.ts';
import { pick, seededRandom } from '../../rig/seeded-random.ts';
import { busyboxImage as image } from '../containerd/local-images.ts';
import type { ApiPod } from '../runtime-world.ts';
import { containersOfNode, leftBehind, whatIsKnownOf } from './containers-of-node.ts';
import { cutOffNetwork, forgetCutOffNetworks } from './cut-off-networks.ts';
import { namespace, podManifest, type KubectlRuntimeWorld } from './kubectl-runtime-world.ts';
import { isReady, statusOf } from './pod-states.ts';

const inNamespace = ['-n', namespace] as const;
const patience = { timeout: 120_000, interval: 250 } as const;
/** Longer than one call into the runtime may take, so that a call that hangs is tried again. */
const removalPatience = { timeout: 200_000, interval: 250 } as const;
/**
 * What containerd 1.6 says of a container whose start was cut off at the one moment at which it loses sight of the process. No call
 * of the CRI removes it until containerd is started again.
 */
const lostProcess = 'cannot delete running task';
const burst = 100;
const killed = { pods: 24, times: 6, seed: replayNumber('SEED') ?? 20_260_801 } as const;

type Spec = NonNullable<ApiPod['spec']>;
const wait = 'trap "exit 0" TERM; sleep 3600 & wait';

export function loadCases(world: () => KubectlRuntimeWorld): void {
  /** Creates them by one `kubectl create`. */
  const createAll = async (names: readonly string[], spec: Spec): Promise<void> => {
    const { kubectl, node } = world();
    const manifests = names.map((name) =>
      podManifest(name, { ...spec, nodeName: node.name }, { labels: { load: 'yes' } }),
    );
    await kubectl.withInput(manifests.map((manifest) => JSON.stringify(manifest)).join('\n'), 'create', '-f', '-');
  };
  const allReady = (count: number): Promise<readonly ApiPod[]> =>
    vi.waitFor(async () => {
      const pods = await world().pods();
      const waiting = pods.filter((pod) => !isReady(pod));
      if (pods.length !== count || waiting.length > 0) {
        const [first] = waiting;
        throw new Error(
          `${waiting.length} of ${pods.length} pods are not ready: ${JSON.stringify(first, undefined, 1)}`,
        );
      }
      return pods;
    }, patience);
  const removeAll = async ({ startsWereCutOff = false } = {}): Promise<void> => {
    const { kubectl, runtime, node } = world();
    await kubectl('delete', 'pods', '--all', ...inNamespace, '--timeout=180s');
    let isRestarted = false;
    await vi.waitFor(async () => {
      const left = await leftBehind(runtime);
      if (left.length === 0) return;
      if (startsWereCutOff && !isRestarted && node.process.output.includes(lostProcess)) {
        isRestarted = true;
        await runtime.restart();
      }
      if (startsWereCutOff && node.process.output.includes(cutOffNetwork)) await forgetCutOffNetworks(left);
      const said = [...(await whatIsKnownOf(runtime, left)), node.process.lastLines(20)];
      throw new Error(`${left.join(' ')} are left behind:\n${said.join('\n')}`);
    }, removalPatience);
  };
  /** Of each pod one sandbox runs and one of each of its containers, and nothing else does. Ended ones are kept for their logs. */
  const expectOneOfEach = async (pods: readonly ApiPod[], containers: readonly string[]): Promise<void> => {
    const { runtime, node } = world();
    const found = (await containersOfNode(runtime, node.name)).filter(({ running }) => running);
    const expected = pods.flatMap(({ metadata: { uid } }) => ['', ...containers].map((name) => `${uid} ${name}`));
    expect(found.map(({ podUid, name }) => `${podUid} ${name}`).toSorted()).toEqual(expected.toSorted());
  };

  describe('under load', { timeout: 300_000 }, () => {
    it(`${burst} pods at once become ready, and leave nothing when they are deleted`, async () => {
      const names = Array.from({ length: burst }, (_, index) => `burst-${index}`);
      await removeAll();
      await createAll(names, { containers: [{ name: 'app', image, command: ['sh', '-c', wait] }] });
      const pods = await allReady(burst);
      expect(new Set(pods.map(({ status }) => status?.podIP)).size).toBe(burst);
      await expectOneOfEach(pods, ['app']);
      await removeAll();
    });

    it(`virtual-kubelet that is killed ${killed.times} times loses no pod and starts nothing twice, seed ${killed.seed}`, async () => {
      const { directory, kubectl, runtime, node } = world();
      const random = seededRandom(killed.seed);
      const path = join(directory, 'starts');
      const volumes: Spec['volumes'] = [{ name: 'told', hostPath: { path, type: 'DirectoryOrCreate' } }];
      const volumeMounts: Spec['containers'][number]['volumeMounts'] = [{ name: 'told', mountPath: '/told' }];
      const tell = (name: string, then: string): string[] => [
        'sh',
        '-c',
        `echo "$HOSTNAME ${name}" >> /told/all; ${then}`,
      ];
      const spec: Spec = {
        volumes,
        initContainers: [{ name: 'first', image, command: tell('first', 'true'), volumeMounts }],
        containers: [
          { name: 'one', image, command: tell('one', wait), volumeMounts },
          { name: 'two', image, command: tell('two', wait), volumeMounts },
        ],
      };
      const names = Array.from({ length: killed.pods }, (_, index) => `killed-${index}`);
      await createAll(names, spec);
      for (let time = 0; time < killed.times; time += 1) {
        // It dies when the runtime has come a random way on with what is asked of it.
        const before = await runtime.countProcesses();
        const way = 1 + Math.floor(random() * 8);
        await vi.waitFor(
          async () => {
            const now = await runtime.countProcesses();
            const isDone = now >= names.length * 3;
            if (Math.abs(now - before) < way && !isDone)
              throw new Error(`the runtime has ${now} processes, and had ${before}`);
          },
          { ...patience, interval: 5 },
        );
        await node.process.stop('SIGKILL');
        if (time % 2 === 1) {
          const victim = pick(random, names);
          names.splice(names.indexOf(victim), 1);
          await kubectl('delete', 'pod', victim, ...inNamespace, '--wait=false');
        }
        await node.start();
      }
      const pods = await vi.waitFor(() => allReady(names.length), patience);
      expect(pods.map(({ metadata }) => metadata.name).toSorted()).toEqual(names.toSorted());
      await vi.waitFor(() => expectOneOfEach(pods, ['one', 'two']), patience);
      const starts = (await readFile(join(path, 'all'), 'utf8')).trim().split('\n');
      for (const pod of pods) {
        for (const name of ['first', 'one', 'two']) {
          const { restartCount, lastState } = statusOf(pod, name);
          const count = starts.filter((start) => start === `${pod.metadata.name} ${name}`).length;
          expect(count).toBeGreaterThan(0);
          // A start that was under way when its caller died is called off by the runtime, after the process has begun or before.
          expect(count).toBeLessThanOrEqual(restartCount + 1);
          expect(lastState?.terminated?.reason ?? 'StartError').toBe('StartError');
        }
      }
      await removeAll({ startsWereCutOff: true });
    });

    it('a container runtime that is killed and started again keeps the pods, and what was under way goes on', async () => {
      const { runtime, shell } = world();
      const spec: Spec = { containers: [{ name: 'app', image, command: ['sh', '-c', wait] }] };
      const name = (index: number): string => `restarted-${index}`;
      await createAll([0, 1, 2, 3].map(name), spec);
      const idsOf = (pods: readonly ApiPod[]): Map<string, string | undefined> =>
        new Map(pods.map(({ metadata, status }) => [metadata.name, status?.containerStatuses?.[0]?.containerID]));
      const before = idsOf(await allReady(4));
      const tasks = await runtime.countProcesses();
      await createAll([4, 5, 6, 7, 8, 9].map(name), spec);
      await vi.waitFor(async () => expect(await runtime.countProcesses()).toBeGreaterThan(tasks + 1), {
        ...patience,
        interval: 5,
      });
      await runtime.restart();
      const pods = await allReady(10);
      const after = idsOf(pods);
      for (const [one, id] of before) expect(after.get(one)).toBe(id);
      for (const { metadata } of pods) expect(await shell(metadata.name, 'hostname')).toBe(`${metadata.name}\n`);
      await vi.waitFor(() => expectOneOfEach(pods, ['app']), patience);
      await removeAll({ startsWereCutOff: true });
    });
  });
}
