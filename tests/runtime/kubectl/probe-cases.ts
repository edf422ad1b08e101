import { describe, it } from 'vitest';
import { busyboxImage as image } from '../containerd/local-images.ts';
import type { ApiPod } from '../runtime-world.ts';
import type { KubectlRuntimeWorld } from './kubectl-runtime-world.ts';
import { isNotReady, isReady, isReadyAgain, statusOf } from './pod-states.ts';

type Container = NonNullable<ApiPod['spec']>['containers'][number];
type Probe = NonNullable<Container['readinessProbe']>;

const quick = { periodSeconds: 1, failureThreshold: 1 } as const;
/** Each way to ask, with a script that makes the answer good and one that makes it bad. The scripts go on in the background. */
const ways: readonly { readonly way: string; readonly probe: Probe; readonly good: string; readonly bad: string }[] = [
  { way: 'exec', probe: { exec: { command: ['test', '-f', '/www/ok'] } }, good: 'touch /www/ok', bad: 'rm /www/ok' },
  {
    way: 'http',
    probe: { httpGet: { path: '/ok', port: 8080 } },
    good: 'echo fine > /www/ok',
    bad: 'rm /www/ok',
  },
  {
    way: 'tcp',
    probe: { tcpSocket: { port: 9090 } },
    good: 'httpd -f -p 9090 -h /www > /dev/null 2>&1 & echo $! > /tmp/listener',
    bad: 'kill $(cat /tmp/listener)',
  },
];

/** A server of files on port 8080; `first` is done when it is started for the first time, `again` each further time. */
const server = (first: string, again = first): string[] => [
  'sh',
  '-c',
  `trap "exit 0" TERM; httpd -p 8080 -h /www; if [ -f /kept/x ]; then ${again}; else touch /kept/x; ${first}; fi; sleep 3600 & wait`,
];
const volumes = [
  { name: 'kept', emptyDir: {} },
  { name: 'www', emptyDir: {} },
];
const volumeMounts = [
  { name: 'kept', mountPath: '/kept' },
  { name: 'www', mountPath: '/www' },
];

export function probeCases(world: () => KubectlRuntimeWorld): void {
  describe.concurrent('a probe', () => {
    it.for(ways)('by $way makes a pod ready, not ready, and ready again', async (row, { expect }) => {
      const { way, probe, good, bad } = row;
      const { create, becomes, untilEvent, shell, remove } = world();
      const name = `readiness-${way}`;
      const readinessProbe = { ...probe, ...quick };
      await create(name, {
        volumes,
        containers: [{ name: 'app', image, command: server('true'), volumeMounts, readinessProbe }],
      });
      await untilEvent(name, 'Readiness probe failed');
      await becomes(name, 'running, but not ready', isNotReady);
      await shell(name, good);
      await becomes(name, 'ready', isReadyAgain('app', 0));
      await shell(name, bad);
      await becomes(name, 'not ready again', isNotReady);
      await shell(name, good);
      const pod = await becomes(name, 'ready again', isReady);
      expect(statusOf(pod, 'app').restartCount).toBe(0);
      await remove(name);
    });

    it.for(ways)('by $way that fails has the container killed and started again', async (row, { expect }) => {
      const { create, becomes, untilEvent, remove } = world();
      const { way, probe, good } = row;
      const name = `liveness-${way}`;
      const livenessProbe = { ...probe, ...quick, initialDelaySeconds: 1 };
      await create(name, {
        volumes,
        containers: [{ name: 'app', image, command: server('true', good), volumeMounts, livenessProbe }],
      });
      const pod = await becomes(name, 'ready again', isReadyAgain('app', 1));
      expect(statusOf(pod, 'app').lastState?.terminated?.exitCode).toBe(0);
      await untilEvent(name, 'Liveness probe failed');
      await untilEvent(name, 'Container app failed liveness probe, will be restarted');
      await remove(name);
    });

    it('of a slow start keeps the others from asking until the container has started', async ({ expect }) => {
      const { create, becomes, untilEvent, shell, remove, pod } = world();
      const command = ['sh', '-c', 'trap "exit 0" TERM; sleep 3600 & wait'];
      const isThere = (path: string): Probe => ({ exec: { command: ['test', '-f', path] }, ...quick });
      await create('slow-start', {
        containers: [
          {
            name: 'app',
            image,
            command,
            startupProbe: { ...isThere('/tmp/started'), failureThreshold: 300 },
            livenessProbe: isThere('/tmp/alive'),
          },
        ],
      });
      await untilEvent('slow-start', 'Startup probe failed');
      const before = await becomes('slow-start', 'running', ({ status }) => status?.phase === 'Running');
      expect(statusOf(before, 'app')).toMatchObject({ started: false, ready: false, restartCount: 0 });
      await shell('slow-start', 'touch /tmp/alive /tmp/started');
      await becomes('slow-start', 'ready', isReady);
      expect(statusOf((await pod('slow-start')) ?? before, 'app')).toMatchObject({ started: true, restartCount: 0 });
      await remove('slow-start');
    });

    it('that takes longer than its timeout has failed', async ({ expect }) => {
      const { create, becomes, untilEvent, shell, remove } = world();
      const readinessProbe = {
        exec: { command: ['sh', '-c', '[ -f /tmp/quick ] || sleep 3600'] },
        timeoutSeconds: 1,
        ...quick,
      };
      const command = ['sh', '-c', 'trap "exit 0" TERM; sleep 3600 & wait'];
      await create('slow-answer', { containers: [{ name: 'app', image, command, readinessProbe }] });
      await untilEvent('slow-answer', 'timed out');
      await becomes('slow-answer', 'running, but not ready', isNotReady);
      await shell('slow-answer', 'touch /tmp/quick');
      const pod = await becomes('slow-answer', 'ready', isReady);
      expect(statusOf(pod, 'app').restartCount).toBe(0);
      await remove('slow-answer');
    });
  });
}
