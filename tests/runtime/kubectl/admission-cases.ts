import { describe, it } from 'vitest';
import { busyboxImage as image } from '../containerd/local-images.ts';
import { namespace, type KubectlRuntimeWorld } from './kubectl-runtime-world.ts';
import { hasEnded } from './pod-states.ts';

export function admissionCases(world: () => KubectlRuntimeWorld): void {
  describe.concurrent('a pod that was bound to the node by hand', () => {
    it.for([
      { name: 'too-large', reason: 'OutOfcpu', spec: {}, resources: { requests: { cpu: '1k' } } },
      { name: 'elsewhere', reason: 'NodeAffinity', spec: { nodeSelector: { disk: 'none-such' } }, resources: {} },
    ])(
      'fails with $reason, as kubectl shows, and never runs',
      async ({ name, reason, spec, resources }, { expect }) => {
        const { create, becomes, kubectl, remove, untilEvent } = world();
        await create(name, { ...spec, containers: [{ name: 'app', image, command: ['true'], resources }] });
        const pod = await becomes(name, 'at its end', hasEnded);
        expect(pod.status).toMatchObject({ phase: 'Failed', reason });
        expect(pod.status?.message).toMatch(/^Pod was rejected: /u);
        expect(pod.status?.containerStatuses ?? []).toEqual([]);
        await untilEvent(name, reason);
        expect(await kubectl('get', 'pod', '-n', namespace, name)).toContain(reason);
        await remove(name);
      },
    );
  });
}
