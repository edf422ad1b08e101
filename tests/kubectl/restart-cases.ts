import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { kubectlPatience, patience, type KubectlWorld, type SeenPod } from './kubectl-world.ts';

const namespace = 'restart';
const count = 200;

export function restartCases(world: () => KubectlWorld): void {
  describe('virtual-kubelet, killed and started again', () => {
    it(`finds its ${count} running pods as they were: it creates, deletes and writes only what differs`, async () => {
      const { cluster, kubectl, addNode, makeNamespace, directory } = world();
      const node = addNode('vk-restarted');
      const process = await node.start();
      await makeNamespace(namespace);
      const podNamed = (name: string): object => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace },
        spec: { nodeName: node.name, containers: [{ name: 'app', image: 'app' }] },
      });
      const pods = async (): Promise<Map<string, SeenPod>> => {
        const { items } = await kubectl.json<{ items: SeenPod[] }>('get', 'pods', '-n', namespace);
        return new Map(items.map((pod) => [pod.metadata.name, pod]));
      };
      const names = Array.from({ length: count }, (_, index) => `pod-${index}`);
      const [lost = '', deleted = '', ...same] = names;
      const manifests = names.map((name) => JSON.stringify(podNamed(name))).join('\n');
      await kubectl.withInput(manifests, 'create', '-f', '-');
      await vi.waitFor(async () => {
        const running = [...(await pods()).values()].filter(({ status }) => status.phase === 'Running');
        expect(running).toHaveLength(count);
      }, patience);

      expect(await process.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
      const before = await pods();
      const uidOf = (name: string): string => before.get(name)?.metadata.uid ?? '';
      const callsBefore = node.calls().length;
      expect(callsBefore).toBe(count);
      const requestsBefore = (await cluster.requestsOf(node.user)).length;
      // While nobody looks, the backend loses one pod and a user deletes another.
      await appendFile(join(directory, `${node.name}.state`), `${JSON.stringify({ remove: uidOf(lost) })}\n`);
      await kubectl('delete', 'pod', deleted, '-n', namespace, '--wait=false');

      await node.start();
      await kubectl('wait', '-n', namespace, '--for=delete', `pod/${deleted}`, kubectlPatience);
      await kubectl('wait', '-n', namespace, '--for=jsonpath={.status.phase}=Failed', `pod/${lost}`, kubectlPatience);
      // Pods are worked on in turn: when this one is through, so are all that were there before it.
      await kubectl.withInput(podNamed('last-in-line'), 'create', '-f', '-');
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', 'pod/last-in-line', kubectlPatience);

      const after = await pods();
      const versions = (all: ReadonlyMap<string, SeenPod>): (string | undefined)[] =>
        same.map((name) => all.get(name)?.metadata.resourceVersion);
      expect(versions(after)).toEqual(versions(before));
      expect(after.get(lost)).toMatchObject({ metadata: { uid: uidOf(lost) }, status: { reason: 'NotFound' } });

      const newCalls = node.calls().slice(callsBefore);
      expect(newCalls.map(({ method, name }) => `${method} ${name}`).toSorted()).toEqual(
        [`createPod last-in-line`, `deletePod ${deleted}`, `removePod ${deleted}`].toSorted(),
      );
      await vi.waitFor(async () => {
        const writes = (await cluster.requestsOf(node.user))
          .slice(requestsBefore)
          .filter(({ method, path }) => method !== 'GET' && path.includes('/pods/'))
          .map(({ method, path }) => `${method} ${path.split('?')[0]?.replace(/^.*\/pods\//, '')}`);
        expect(writes.toSorted()).toEqual(
          [
            `DELETE ${deleted}`,
            `PATCH ${deleted}/status`,
            'PATCH last-in-line/status',
            `PATCH ${lost}/status`,
          ].toSorted(),
        );
      }, patience);
    }, 120_000);
  });
}
