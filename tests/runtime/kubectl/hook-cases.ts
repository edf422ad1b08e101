import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { busyboxImage as image } from '../containerd/local-images.ts';
import type { ApiPod } from '../runtime-world.ts';
import type { KubectlRuntimeWorld } from './kubectl-runtime-world.ts';
import { isReady, statusOf } from './pod-states.ts';

type Spec = NonNullable<ApiPod['spec']>;

/** A folder of this host, in which a pod leaves word that outlives it. */
function told(world: KubectlRuntimeWorld, name: string) {
  const path = join(world.directory, name);
  const volumes: Spec['volumes'] = [{ name: 'told', hostPath: { path, type: 'DirectoryOrCreate' } }];
  const volumeMounts: Spec['containers'][number]['volumeMounts'] = [{ name: 'told', mountPath: '/told' }];
  const lines = async (): Promise<string[]> => (await readFile(join(path, 'all'), 'utf8')).trim().split('\n');
  return { volumes, volumeMounts, lines };
}

const say = (what: string): string => `echo ${what} >> /told/all`;
const exec = (script: string): { exec: { command: string[] } } => ({ exec: { command: ['sh', '-c', script] } });
const serve = (script: string): string[] => [
  'sh',
  '-c',
  `trap "${say('term')}; exit 0" TERM; ${script}; sleep 3600 & wait`,
];

export function hookCases(world: () => KubectlRuntimeWorld): void {
  describe.concurrent('a hook', () => {
    it('runs when the container has started, and another one before it is told to stop', async ({ expect }) => {
      const { create, becomes, remove } = world();
      const { volumes, volumeMounts, lines } = told(world(), 'hooks-exec');
      const lifecycle = { postStart: exec(say('post-start')), preStop: exec(`sleep 0.5; ${say('pre-stop')}`) };
      await create('hooks-exec', {
        volumes,
        containers: [{ name: 'app', image, command: serve('true'), volumeMounts, lifecycle }],
      });
      await becomes('hooks-exec', 'ready', isReady);
      expect(await lines()).toEqual(['post-start']);
      await remove('hooks-exec');
      expect(await lines()).toEqual(['post-start', 'pre-stop', 'term']);
    });

    it('by HTTP asks a port of the pod', async ({ expect }) => {
      const { create, becomes, remove } = world();
      const { volumes, volumeMounts, lines } = told(world(), 'hooks-http');
      const page = ['#!/bin/sh', say('pre-stop'), 'echo', 'echo done'].map((line) => `echo '${line}'`).join('; ');
      const script = `mkdir -p /www/cgi-bin; { ${page}; } > /www/cgi-bin/stop; chmod +x /www/cgi-bin/stop; httpd -p 8080 -h /www`;
      const lifecycle = { preStop: { httpGet: { path: '/cgi-bin/stop', port: 8080 } } };
      const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
      await create('hooks-http', {
        volumes,
        containers: [{ name: 'app', image, command: serve(script), volumeMounts, lifecycle, readinessProbe }],
      });
      await becomes('hooks-http', 'ready', isReady);
      await remove('hooks-http');
      expect(await lines()).toEqual(['pre-stop', 'term']);
    });

    it('that fails after the start has the container killed', async ({ expect }) => {
      const { create, becomes, untilEvent, remove } = world();
      const { volumes, volumeMounts, lines } = told(world(), 'hooks-failing');
      const lifecycle = { postStart: exec('until [ -f /told/up ]; do sleep 0.1; done; exit 5') };
      await create('hooks-failing', {
        volumes,
        containers: [{ name: 'app', image, command: serve('touch /told/up'), volumeMounts, lifecycle }],
      });
      await untilEvent('hooks-failing', 'FailedPostStartHook');
      const pod = await becomes('hooks-failing', 'run again', (seen) => statusOf(seen, 'app').restartCount > 0);
      expect(statusOf(pod, 'app').ready).toBe(false);
      expect((await lines())[0]).toBe('term');
      await remove('hooks-failing');
    });

    it('that sleeps holds the end back, and one that fails before the end does not', async ({ expect }) => {
      const { create, becomes, untilEvent, remove } = world();
      const { volumes, volumeMounts, lines } = told(world(), 'hooks-sleep');
      await create('hooks-sleep', {
        volumes,
        containers: [
          {
            name: 'one',
            image,
            command: serve('true'),
            volumeMounts,
            lifecycle: { preStop: { sleep: { seconds: 1 } } },
          },
          { name: 'two', image, command: serve('true'), volumeMounts, lifecycle: { preStop: exec('exit 6') } },
        ],
      });
      await becomes('hooks-sleep', 'ready', isReady);
      await remove('hooks-sleep');
      expect(await lines()).toEqual(['term', 'term']);
      await untilEvent('hooks-sleep', 'FailedPreStopHook');
    });
  });
}
