import { beforeAll, describe, expect, it, vi } from 'vitest';
import { kubectlPatience, patience, type KubectlWorld } from './kubectl-world.ts';

const namespace = 'deletion';
const annotation = (name: string, value: string): string => `--annotations=mock.virtual-kubelet.io/${name}=${value}`;

export function deletionCases(world: () => KubectlWorld): void {
  describe('a deletion', () => {
    const methodsOf = (uid: string): string[] =>
      world()
        .node.calls()
        .filter((call) => call.uid === uid)
        .map(({ method }) => method);
    const runReady = async (name: string, ...words: readonly string[]): Promise<string> => {
      const { kubectl, run, pod } = world();
      await run(namespace, name, ...words);
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', `pod/${name}`, kubectlPatience);
      return (await pod(namespace, name)).metadata.uid;
    };

    beforeAll(async () => {
      await world().makeNamespace(namespace);
    });

    it('is graceful: the pod reports its end before it goes, and goes before the grace period is over', async () => {
      const { kubectl } = world();
      const uid = await runReady('graceful', annotation('delete-delay', '500ms'));
      const columns = 'jsonpath={.type} {.object.status.phase}{"\\n"}';
      const watch = kubectl.start(
        'get',
        'pod',
        'graceful',
        '-n',
        namespace,
        '-w',
        '--output-watch-events',
        '-o',
        columns,
      );
      await watch.says('ADDED Running');
      await kubectl('delete', 'pod', 'graceful', '-n', namespace, '--grace-period=3600', kubectlPatience);
      await watch.says('DELETED');
      await watch.stop();
      const seen = watch.output.trimEnd().split('\n');
      // The last write before the end only sets the grace period to 0.
      expect([...new Set(seen)]).toEqual([
        'ADDED Running',
        'MODIFIED Running',
        'MODIFIED Succeeded',
        'DELETED Succeeded',
      ]);
      // kubectl may hear of the end before virtual-kubelet has its answer.
      await vi.waitFor(() => expect(methodsOf(uid)).toEqual(['createPod', 'deletePod', 'removePod']), patience);
    });

    it('by force removes the object at once, and the backend follows', async () => {
      const { kubectl } = world();
      const uid = await runReady('forced', annotation('delete-delay', 'never'));
      await kubectl('delete', 'pod', 'forced', '-n', namespace, '--force', '--grace-period=0', kubectlPatience);
      expect(await kubectl('get', 'pods', '-n', namespace, '-o', 'name')).not.toContain('forced');
      await vi.waitFor(() => expect(methodsOf(uid).at(-1)).toBe('removePod'), patience);
    });

    it('with --all empties a namespace', async () => {
      const { kubectl, makeNamespace, node } = world();
      await makeNamespace('emptied');
      const items = Array.from({ length: 10 }, (_, index) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `pod-${index}`, namespace: 'emptied' },
        spec: { nodeName: node.name, containers: [{ name: 'app', image: 'app' }] },
      }));
      await kubectl.withInput(items.map((item) => JSON.stringify(item)).join('\n'), 'create', '-f', '-');
      await kubectl('wait', '-n', 'emptied', '--for=condition=Ready', 'pod', '--all', kubectlPatience);
      const deleted = await kubectl('delete', 'pods', '-n', 'emptied', '--all', kubectlPatience);
      expect(deleted.trimEnd().split('\n')).toHaveLength(10);
      expect(await kubectl('get', 'pods', '-n', 'emptied', '-o', 'name')).toBe('');
    });

    it('followed at once by a pod of the same name: another pod, which starts after the first has gone', async () => {
      const { kubectl, run, pod, node } = world();
      const first = await runReady('again', annotation('delete-delay', '300ms'));
      await kubectl('delete', 'pod', 'again', '-n', namespace, '--force', '--grace-period=0', '--wait=false');
      await run(namespace, 'again');
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', 'pod/again', kubectlPatience);
      const second = (await pod(namespace, 'again')).metadata.uid;
      expect(second).not.toBe(first);
      const calls = node.calls().filter(({ name }) => name === 'again');
      const position = (method: string, uid: string): number =>
        calls.findIndex((call) => call.method === method && call.uid === uid);
      expect(position('removePod', first)).toBeGreaterThan(position('createPod', first));
      expect(position('createPod', second)).toBeGreaterThan(position('removePod', first));
      expect(calls.filter(({ method }) => method === 'createPod')).toHaveLength(2);
    });

    it('is what `kubectl replace --force` does too', async () => {
      const { kubectl, node, pod } = world();
      const manifest = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'replaced', namespace },
        spec: { nodeName: node.name, containers: [{ name: 'app', image: 'app' }] },
      };
      await kubectl.withInput(manifest, 'create', '-f', '-');
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', 'pod/replaced', kubectlPatience);
      const { uid } = (await pod(namespace, 'replaced')).metadata;
      await kubectl.withInput(manifest, 'replace', '--force', '-f', '-');
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', 'pod/replaced', kubectlPatience);
      expect((await pod(namespace, 'replaced')).metadata.uid).not.toBe(uid);
    });
  });
}
