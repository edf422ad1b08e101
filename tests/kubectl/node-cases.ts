import { describe, expect, it, vi } from 'vitest';
import { kubectlPatience, patience, type KubectlWorld, type SeenNode } from './kubectl-world.ts';

export function nodeCases(world: () => KubectlWorld): void {
  describe('the node', () => {
    it('is Ready, and its table has the columns of any node', async () => {
      const { kubectl, node } = world();
      await kubectl('wait', '--for=condition=Ready', `node/${node.name}`, kubectlPatience);
      const [header, row] = (await kubectl('get', 'node', node.name, '-o', 'wide')).trimEnd().split('\n');
      expect(header).toMatch(/^NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP +EXTERNAL-IP +OS-IMAGE /);
      expect(row).toMatch(/^vk +Ready +<none> +\S+ +v\d+\.\d+\.\d+\S* +\S+ +<none> /);
      expect(row?.split(/ +/)[5]).toBe(world().cluster.nodeAddress);
    });

    it('is described with its capacity, its conditions, its lease and its pods', async () => {
      const { kubectl, node } = world();
      const text = await kubectl('describe', 'node', node.name);
      expect(text).toMatch(/^Labels: .*type=virtual-kubelet/ms);
      expect(text).toMatch(/^Lease:\n +HolderIdentity: +vk/m);
      expect(text).toMatch(/Ready +True /);
      expect(text).toMatch(/^Capacity:\n +cpu: /m);
      expect(text).toContain('Non-terminated Pods:');
    });

    it('keeps labels, annotations and taints that others give it through its own status writes', async () => {
      const { kubectl, node } = world();
      const read = (): Promise<SeenNode> => kubectl.json<SeenNode>('get', 'node', node.name);
      const heartbeat = ({ status }: SeenNode): string =>
        status.conditions.find(({ type }) => type === 'Ready')?.lastHeartbeatTime ?? '';
      await kubectl('label', 'node', node.name, 'team=blue');
      await kubectl('annotate', 'node', node.name, 'note=kept');
      await kubectl('taint', 'node', node.name, 'maintenance=soon:PreferNoSchedule');
      const before = heartbeat(await read());
      const after = await vi.waitFor(async () => {
        const now = await read();
        expect(heartbeat(now)).not.toBe(before);
        return now;
      }, patience);
      expect(after.metadata.labels).toMatchObject({ team: 'blue', type: 'virtual-kubelet' });
      expect(after.metadata.annotations).toMatchObject({ note: 'kept' });
      expect(after.spec.taints).toContainEqual(
        expect.objectContaining({ key: 'maintenance', effect: 'PreferNoSchedule' }),
      );
      await kubectl('taint', 'node', node.name, 'maintenance-');
      await kubectl('label', 'node', node.name, 'team-');
      expect((await read()).metadata.labels).not.toHaveProperty('team');
    });

    it('comes back by itself when somebody deletes it, and its pods run on', async () => {
      const { kubectl, node, run, pod, makeNamespace } = world();
      await makeNamespace('node-deleted');
      await run('node-deleted', 'stays');
      await kubectl('wait', '-n', 'node-deleted', '--for=condition=Ready', 'pod/stays', kubectlPatience);
      const before = await pod('node-deleted', 'stays');
      const { metadata } = await kubectl.json<SeenNode>('get', 'node', node.name);
      await kubectl('delete', 'node', node.name);
      await vi.waitFor(async () => {
        const now = await kubectl.json<SeenNode>('get', 'node', node.name);
        expect(now.metadata.uid).not.toBe(metadata.uid);
      }, patience);
      await kubectl('wait', '--for=condition=Ready', `node/${node.name}`, kubectlPatience);
      const after = await pod('node-deleted', 'stays');
      expect(after.metadata.uid).toBe(before.metadata.uid);
      expect(after.status.phase).toBe('Running');
      expect(
        node
          .calls()
          .filter(({ uid }) => uid === before.metadata.uid)
          .map(({ method }) => method),
      ).toEqual(['createPod']);
    });

    it('is among what discovery offers', async () => {
      const { kubectl } = world();
      const resources = await kubectl('api-resources', '-o', 'name');
      expect(resources.split('\n')).toEqual(
        expect.arrayContaining(['nodes', 'pods', 'configmaps', 'secrets', 'leases.coordination.k8s.io']),
      );
      expect(await kubectl('api-resources', '--namespaced=false')).toMatch(/^nodes +no +v1 +false +Node$/m);
    });
  });
}
