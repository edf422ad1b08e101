import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { busyboxImage as image } from '../containerd/local-images.ts';
import type { KubectlRuntimeWorld } from './kubectl-runtime-world.ts';
import type { ApiPod } from '../runtime-world.ts';
import { hasEnded, isReady, isReadyAgain, statusOf } from './pod-states.ts';

/** Ends with the first code, and when it is started again with the second; runs on where there is none. */
const endWith = (first: number, second?: number): string[] => {
  const again = second === undefined ? 'sleep 3600 & wait' : `exit ${second}`;
  return ['sh', '-c', `trap "exit 0" TERM; [ -f /kept/x ] && { ${again}; }; touch /kept/x; exit ${first}`];
};
const kept = {
  volumes: [{ name: 'kept', emptyDir: {} }],
  volumeMounts: [{ name: 'kept', mountPath: '/kept' }],
};

export function podCases(world: () => KubectlRuntimeWorld): void {
  describe.concurrent('a pod', () => {
    it('has its init container first, then its sidecar, then the others, and loses them the other way round', async ({
      expect,
    }) => {
      const { create, becomes, logs, remove, directory } = world();
      const path = join(directory, 'order');
      const volumeMounts = [{ name: 'told', mountPath: '/told' }];
      const say = (name: string): string[] => [
        'sh',
        '-c',
        `echo ${name} | tee -a /told/all; trap "echo ${name} ended >> /told/all; exit 0" TERM; sleep 3600 & wait`,
      ];
      await create('several', {
        volumes: [{ name: 'told', hostPath: { path, type: 'DirectoryOrCreate' } }],
        initContainers: [
          { name: 'first', image, command: ['sh', '-c', 'echo first | tee -a /told/all'], volumeMounts },
          { name: 'sidecar', image, restartPolicy: 'Always', command: say('sidecar'), volumeMounts },
        ],
        containers: [
          { name: 'one', image, command: say('one'), volumeMounts },
          { name: 'two', image, command: say('two'), volumeMounts },
        ],
      });
      const pod = await becomes('several', 'ready', isReady);
      expect(statusOf(pod, 'first').state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
      expect(statusOf(pod, 'sidecar')).toMatchObject({ ready: true, started: true });
      for (const name of ['first', 'sidecar', 'one', 'two'])
        expect(await logs('several', '-c', name)).toBe(`${name}\n`);
      await remove('several');
      const told = (await readFile(join(path, 'all'), 'utf8')).trim().split('\n');
      expect(told.slice(0, 2)).toEqual(['first', 'sidecar']);
      expect(told.slice(2, 4).toSorted()).toEqual(['one', 'two']);
      expect(told.slice(4, 6).toSorted()).toEqual(['one ended', 'two ended']);
      expect(told.slice(6)).toEqual(['sidecar ended']);
    });

    it.for([
      { policy: 'Always', code: 0 },
      { policy: 'Always', code: 3 },
      { policy: 'OnFailure', code: 3 },
    ])(
      'of restart policy $policy runs a container again that ended with $code',
      async ({ policy, code }, { expect }) => {
        const { create, becomes, remove } = world();
        const name = `again-${policy.toLowerCase()}-${code}`;
        const { volumes, volumeMounts } = kept;
        await create(name, {
          restartPolicy: policy,
          volumes,
          containers: [{ name: 'app', image, command: endWith(code), volumeMounts }],
        });
        const pod = await becomes(name, 'ready again', isReadyAgain('app', 1));
        expect(statusOf(pod, 'app').lastState?.terminated?.exitCode).toBe(code);
        await remove(name);
      },
    );

    it.for([
      { policy: 'OnFailure', codes: [0], phase: 'Succeeded' },
      { policy: 'OnFailure', codes: [4, 0], phase: 'Succeeded' },
      { policy: 'Never', codes: [0], phase: 'Succeeded' },
      { policy: 'Never', codes: [5], phase: 'Failed' },
    ])('of restart policy $policy whose container ends with $codes has $phase', async (row, { expect }) => {
      const { create, becomes, remove } = world();
      const { policy, codes, phase } = row;
      const name = `ends-${policy.toLowerCase()}-${codes.join('-')}`;
      const { volumes, volumeMounts } = kept;
      const [first = 0, second] = codes;
      await create(name, {
        restartPolicy: policy,
        volumes,
        containers: [{ name: 'app', image, command: endWith(first, second ?? 99), volumeMounts }],
      });
      const pod = await becomes(name, 'at its end', hasEnded);
      expect(pod.status?.phase).toBe(phase);
      expect(statusOf(pod, 'app')).toMatchObject({
        restartCount: codes.length - 1,
        state: { terminated: { exitCode: codes.at(-1) } },
      });
      await remove(name);
    });

    it('whose container ends again and again is told to wait longer each time', async ({ expect }) => {
      const { create, becomes, untilEvent, remove } = world();
      await create('crashing', { containers: [{ name: 'app', image, command: ['sh', '-c', 'exit 9'] }] });
      const isWaiting = (reason: string | undefined): boolean => reason === 'CrashLoopBackOff';
      const pod = await becomes('crashing', 'waiting', (seen) =>
        isWaiting(statusOf(seen, 'app').state?.waiting?.reason),
      );
      expect(statusOf(pod, 'app').lastState?.terminated).toMatchObject({ exitCode: 9, reason: 'Error' });
      await untilEvent('crashing', 'Back-off restarting failed container app');
      await remove('crashing');
    });

    it('tells how each container ended: by itself or by a signal', async ({ expect }) => {
      const { create, becomes, remove } = world();
      const codes = [0, 1, 42, 127, 255];
      const run = (name: string, script: string): { name: string; image: string; command: string[] } => ({
        name,
        image,
        command: ['sh', '-c', script],
      });
      await create('codes', {
        restartPolicy: 'Never',
        shareProcessNamespace: true,
        containers: [
          ...codes.map((code) => run(`c${code}`, `exit ${code}`)),
          // In the command of a container `$$` stands for `$`.
          run('aborted', 'kill -ABRT $$$$'),
          run('killed', 'kill -KILL $$$$'),
        ],
      });
      const pod = await becomes('codes', 'at its end', hasEnded);
      expect(pod.status?.phase).toBe('Failed');
      const endOf = (name: string): object | undefined => statusOf(pod, name).state?.terminated;
      for (const code of codes)
        expect(endOf(`c${code}`)).toMatchObject({ exitCode: code, reason: code === 0 ? 'Completed' : 'Error' });
      expect(endOf('aborted')).toMatchObject({ exitCode: 134, reason: 'Error' });
      expect(endOf('killed')).toMatchObject({ exitCode: 137, reason: 'Error' });
      await remove('codes');
    });

    it('with a program that its image does not have says so', async ({ expect }) => {
      const { create, becomes, remove, runtime } = world();
      await create('absent', { restartPolicy: 'Never', containers: [{ name: 'app', image, command: ['/no/such'] }] });
      // containerd finds out at the start. CRI-O finds out when the container is created, which is tried again, as by a kubelet.
      if (runtime.name === 'containerd') {
        const pod = await becomes('absent', 'at its end', hasEnded);
        expect(statusOf(pod, 'app').state?.terminated).toMatchObject({ exitCode: 128, reason: 'StartError' });
      } else {
        const isTold = (pod: ApiPod): boolean =>
          statusOf(pod, 'app').state?.waiting?.reason === 'CreateContainerError' && pod.status?.phase === 'Pending';
        await becomes('absent', 'told what is wrong', isTold);
      }
      await remove('absent');
    });

    it('that takes more memory than it may is OOMKilled, with exit code 137', async ({ expect }) => {
      const { create, becomes, remove } = world();
      const command = ['sh', '-c', 'x=$(head -c 64000000 /dev/zero | tr "\\0" x); echo ${#x}'];
      const resources = { limits: { memory: '16Mi' } };
      await create('hungry', { restartPolicy: 'Never', containers: [{ name: 'app', image, command, resources }] });
      const pod = await becomes('hungry', 'at its end', hasEnded);
      expect(pod.status?.phase).toBe('Failed');
      expect(statusOf(pod, 'app').state?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
      await remove('hungry');
    });

    it('with an image that does not exist says so, waits longer each time, and can be deleted', async ({ expect }) => {
      const { create, becomes, untilEvent, remove, pod, runtime } = world();
      const absent = '127.0.0.1:1/none:1';
      await create('imageless', {
        containers: [
          { name: 'good', image, command: ['sh', '-c', 'trap "exit 0" TERM; sleep 3600 & wait'] },
          { name: 'bad', image: absent },
        ],
      });
      // CRI-O tells by a word that there is no registry, and it is passed on, as by a kubelet.
      await untilEvent('imageless', `Error: ${runtime.name === 'cri-o' ? 'RegistryUnavailable' : 'ErrImagePull'}`);
      await untilEvent('imageless', `Failed to pull image "${absent}"`);
      await untilEvent('imageless', `Back-off pulling image "${absent}"`);
      await untilEvent('imageless', 'Error: ImagePullBackOff');
      const seen = await becomes(
        'imageless',
        'waiting for its image',
        (one) => statusOf(one, 'bad').state?.waiting?.reason === 'ImagePullBackOff',
      );
      expect(seen.status?.phase).toBe('Pending');
      expect(statusOf(seen, 'good').state?.running).toBeDefined();
      await remove('imageless');
      expect(await pod('imageless')).toBeUndefined();
    });
  });
}
