import { describe, expect, it, vi } from 'vitest';
import { busyboxImage as image } from '../containerd/local-images.ts';
import { patience } from '../runtime-world.ts';
import { leftBehind } from './containers-of-node.ts';
import { namespace, type KubectlRuntimeWorld } from './kubectl-runtime-world.ts';
import { isReady } from './pod-states.ts';
import { openTokenDoor } from './token-door.ts';

const command = ['sh', '-c', 'trap "exit 0" TERM; sleep 3600 & wait'];

/** What a token says of itself. */
function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

export function volumeCases(world: () => KubectlRuntimeWorld): void {
  describe('a volume of a running container', () => {
    it('shows each edit of its ConfigMap, its Secret and the labels of its pod, projected or not', async () => {
      const { kubectl, create, becomes, shell, remove } = world();
      const inNamespace = ['-n', namespace];
      await kubectl('create', 'configmap', 'settings', ...inNamespace, '--from-literal=key=before');
      await kubectl('create', 'secret', 'generic', 'hidden', ...inNamespace, '--from-literal=key=before');
      const items = [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }];
      const volumes = [
        { name: 'config', configMap: { name: 'settings' } },
        { name: 'secret', secret: { secretName: 'hidden' } },
        { name: 'downward', downwardAPI: { items } },
        {
          name: 'projected',
          projected: {
            sources: [
              { configMap: { name: 'settings', items: [{ key: 'key', path: 'from/config' }] } },
              { secret: { name: 'hidden', items: [{ key: 'key', path: 'from/secret' }] } },
              { downwardAPI: { items } },
            ],
          },
        },
      ];
      const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/v/${name}` }));
      await create(
        'edits',
        { volumes, containers: [{ name: 'app', image, command, volumeMounts }] },
        { labels: { key: 'before' } },
      );
      await becomes('edits', 'ready', isReady);
      const files = [
        'config/key',
        'secret/key',
        'downward/labels',
        'projected/from/config',
        'projected/from/secret',
        'projected/labels',
      ];
      const seen = async (): Promise<string[]> =>
        (await shell('edits', `cd /v; for f in ${files.join(' ')}; do cat $f; echo; done`)).trim().split('\n');
      const all = (value: string): string[] =>
        files.map((file) => (file.endsWith('labels') ? `key="${value}"` : value));
      expect(await seen()).toEqual(all('before'));
      await kubectl('patch', 'configmap', 'settings', ...inNamespace, '-p', '{"data":{"key":"after"}}');
      await kubectl('patch', 'secret', 'hidden', ...inNamespace, '-p', '{"stringData":{"key":"after"}}');
      await kubectl('label', 'pod', 'edits', ...inNamespace, '--overwrite', 'key=after');
      await vi.waitFor(async () => {
        expect(await seen()).toEqual(all('after'));
      }, patience);
      await remove('edits');
    });

    it('has a token of its service account that is bound to the pod, and a new one before it expires', async () => {
      const { cluster, addNode, create, becomes, shell, remove } = world();
      const user = { name: 'virtual-kubelet-tokens', groups: ['system:masters'] };
      const door = await openTokenDoor(await cluster.kubeconfigFor(user));
      const node = addNode('tokens', door.kubeconfig);
      try {
        await node.start();
        const audience = 'https://audience.example';
        const serviceAccountToken = { path: 'token', audience, expirationSeconds: 600 };
        await create('token', {
          nodeName: node.name,
          automountServiceAccountToken: false,
          volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken }] } }],
          containers: [{ name: 'app', image, command, volumeMounts: [{ name: 'token', mountPath: '/t' }] }],
        });
        const { metadata } = await becomes('token', 'ready', isReady);
        const read = (): Promise<string> => shell('token', 'cat /t/token');
        await vi.waitFor(async () => {
          expect(door.tokens.length).toBeGreaterThan(1);
          expect(await read()).toBe(door.tokens.at(-1));
        }, patience);
        const [first, second] = door.tokens;
        expect(second).not.toBe(first);
        expect(claimsOf(await read())).toMatchObject({
          aud: [audience],
          sub: `system:serviceaccount:${namespace}:default`,
          'kubernetes.io': { namespace, pod: { name: 'token', uid: metadata.uid } },
        });
        await remove('token');
        // What is in the runtime goes after the pod has gone from the API.
        await vi.waitFor(async () => expect(await leftBehind(world().runtime)).toEqual([]), patience);
      } finally {
        await node.process.stop();
        await door.close();
      }
    });
  });
}
