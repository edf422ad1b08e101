import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { busyboxImage as image } from '../containerd/local-images.ts';
import { patience } from '../runtime-world.ts';
import { containersOfNode } from './containers-of-node.ts';
import { namespace, type KubectlRuntimeWorld } from './kubectl-runtime-world.ts';
import { isReady, statusOf } from './pod-states.ts';

const inNamespace = ['-n', namespace] as const;

export function deletionCases(world: () => KubectlRuntimeWorld): void {
  describe('a pod that is deleted', () => {
    it('has a process that will not stop killed when its grace is over', async () => {
      const { create, becomes, logs, kubectl, pod } = world();
      const command = ['sh', '-c', 'trap "echo no" TERM; echo up; while :; do sleep 0.1; done'];
      // With a finalizer the pod stays to be looked at when it has ended.
      await create(
        'stubborn',
        { containers: [{ name: 'app', image, command }] },
        { finalizers: ['example.com/looked-at'] },
      );
      await becomes('stubborn', 'ready', isReady);
      await vi.waitFor(async () => expect(await logs('stubborn')).toBe('up\n'), patience);
      await kubectl('delete', 'pod', 'stubborn', ...inNamespace, '--grace-period=2', '--wait=false');
      const ended = await becomes(
        'stubborn',
        'at its end',
        (seen) => statusOf(seen, 'app').state?.terminated !== undefined,
      );
      const { exitCode, startedAt = '', finishedAt = '' } = statusOf(ended, 'app').state?.terminated ?? {};
      expect(exitCode).toBe(137);
      expect(Date.parse(finishedAt)).toBeGreaterThan(Date.parse(startedAt));
      await kubectl('patch', 'pod', 'stubborn', ...inNamespace, '-p', '{"metadata":{"finalizers":null}}');
      await vi.waitFor(async () => expect(await pod('stubborn')).toBeUndefined(), patience);
    });

    it('has a process that stops at once end with its own code, long before its grace is over', async () => {
      const { create, becomes, kubectl, remove } = world();
      const command = ['sh', '-c', 'trap "exit 3" TERM; sleep 3600 & wait'];
      await create('polite', { terminationGracePeriodSeconds: 3600, containers: [{ name: 'app', image, command }] });
      await becomes('polite', 'ready', isReady);
      const watch = kubectl.start('get', 'pod', 'polite', ...inNamespace, '--watch', '-o', 'json');
      await watch.says('"Running"');
      await remove('polite');
      await watch.says('"exitCode": 3');
      await watch.stop();
      expect(watch.output).not.toContain('"exitCode": 137');
    });

    it('while virtual-kubelet is away is stopped when it is back, with its hook, though nobody knows the pod any more', async () => {
      const { create, becomes, kubectl, node, runtime, directory } = world();
      const path = join(directory, 'forgotten');
      const preStop = { exec: { command: ['sh', '-c', 'echo pre-stop >> /told/all'] } };
      const command = ['sh', '-c', 'trap "echo term >> /told/all; exit 0" TERM; sleep 3600 & wait'];
      const volumeMounts = [{ name: 'told', mountPath: '/told' }];
      await create('forgotten', {
        volumes: [{ name: 'told', hostPath: { path, type: 'DirectoryOrCreate' } }],
        containers: [{ name: 'app', image, command, volumeMounts, lifecycle: { preStop } }],
      });
      const { metadata } = await becomes('forgotten', 'ready', isReady);
      await node.process.stop('SIGKILL');
      await kubectl('delete', 'pod', 'forgotten', ...inNamespace, '--grace-period=0', '--force');
      await node.start();
      await vi.waitFor(async () => {
        const left = await containersOfNode(runtime, node.name);
        expect(left.filter(({ podUid }) => podUid === metadata.uid)).toEqual([]);
      }, patience);
      expect(await readFile(join(path, 'all'), 'utf8')).toBe('pre-stop\nterm\n');
    });
  });
}
