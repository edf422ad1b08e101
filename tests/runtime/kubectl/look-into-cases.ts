import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { hasTerminal, noTerminal, terminalScript } from '../../kubectl/streams/exec-cases.ts';
import { noMetrics } from '../../kubectl/streams/figure-cases.ts';
import { busyboxImage as image } from '../containerd/local-images.ts';
import { patience } from '../runtime-world.ts';
import { namespace, type KubectlRuntimeWorld } from './kubectl-runtime-world.ts';
import { isReady, isReadyAgain } from './pod-states.ts';

export interface LookIntoOptions {
  /** Whether there is metrics.k8s.io. */
  readonly measures: boolean;
}

const inNamespace = ['-n', namespace] as const;

export function lookIntoCases(world: () => KubectlRuntimeWorld, { measures }: LookIntoOptions): void {
  describe('looking into a pod', () => {
    beforeAll(async () => {
      const { create, becomes } = world();
      const script =
        'mkdir /www; echo fine > /www/page; trap "exit 0" TERM; httpd -p 8080 -h /www; echo up; sleep 3600 & wait';
      await create('open', { containers: [{ name: 'app', image, command: ['sh', '-c', script] }] });
      await becomes('open', 'ready', isReady);
    });

    it('`kubectl logs --previous` shows the run before', async () => {
      const { create, becomes, logs, remove } = world();
      const script =
        '[ -f /kept/x ] && { echo second; trap "exit 0" TERM; sleep 3600 & wait; }; touch /kept/x; echo first; exit 1';
      await create('previous', {
        volumes: [{ name: 'kept', emptyDir: {} }],
        containers: [
          { name: 'app', image, command: ['sh', '-c', script], volumeMounts: [{ name: 'kept', mountPath: '/kept' }] },
        ],
      });
      await becomes('previous', 'ready again', isReadyAgain('app', 1));
      await vi.waitFor(async () => expect(await logs('previous')).toBe('second\n'), patience);
      expect(await logs('previous', '--previous')).toBe('first\n');
      await remove('previous');
    });

    it('`kubectl exec` gives both outputs and the exit code, and `-i` takes input to its end', async () => {
      const { kubectl } = world();
      const ended = await kubectl.attempt(
        'exec',
        ...inNamespace,
        'open',
        '--',
        'sh',
        '-c',
        'echo out; echo err >&2; exit 7',
      );
      expect(ended).toMatchObject({ code: 7, stdout: 'out\n' });
      expect(ended.stderr).toMatch(/^err\n/u);
      expect(await kubectl.withInput('typed\n', 'exec', '-i', ...inNamespace, 'open', '--', 'cat')).toBe('typed\n');
    });

    it.skipIf(!hasTerminal)(
      '`kubectl exec -it` has the size of the terminal, and each new one',
      noTerminal,
      async () => {
        const [program, ...line] = world().kubectl.commandLine('exec', '-it', ...inNamespace, 'open', '--', 'sh');
        const child = spawn('python3', ['-c', terminalScript, program, ...line], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let shown = '';
        child.stdout.on('data', (bytes: Buffer) => (shown += bytes.toString()));
        const [code] = (await once(child, 'close')) as [number];
        expect(shown).toContain('24 80');
        expect(shown).toContain('43 132');
        expect(code).toBe(7);
      },
    );

    it('`kubectl cp` carries a file in and out again', async () => {
      const { kubectl, directory, shell } = world();
      const content = Buffer.alloc(3_000_000, 'content of a file ');
      const [from, to] = [join(directory, 'cp-from'), join(directory, 'cp-to')];
      await writeFile(from, content);
      await kubectl('cp', ...inNamespace, from, 'open:/tmp/file');
      expect(await shell('open', 'wc -c < /tmp/file')).toBe(`${content.length}\n`);
      await kubectl('cp', ...inNamespace, 'open:/tmp/file', to);
      expect((await readFile(to)).equals(content)).toBe(true);
    });

    it('`kubectl port-forward` reaches a server in the pod', async () => {
      const { kubectl } = world();
      const forward = kubectl.start('port-forward', ...inNamespace, '--address=127.0.0.1', 'pod/open', ':8080');
      await forward.says('-> 8080\n');
      const port = Number(/Forwarding from 127\.0\.0\.1:(\d+) -> 8080\n/u.exec(forward.output)?.[1]);
      const pages = Array.from({ length: 10 }, async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/page`);
        return answer.text();
      });
      expect(await Promise.all(pages)).toEqual(Array.from({ length: 10 }, () => 'fine\n'));
      expect(forward.running).toBe(true);
      await forward.stop();
    });

    it.skipIf(!measures)('`kubectl top` shows what the pod and the node use', noMetrics, async () => {
      const { kubectl, node } = world();
      await vi.waitFor(async () => {
        expect(await kubectl('top', 'pod', 'open', ...inNamespace, '--containers')).toMatch(
          /^POD +NAME .*\nopen +app +\d+m +\d+Mi *\n$/u,
        );
      }, patience);
      expect(await kubectl('top', 'node', node.name)).toMatch(/^NAME .*\ncri +\d+m +\d+% +[1-9]\d*Mi +\d+% *\n$/u);
    });
  });
}
