import { CoreV1Api, Metrics, topNodes, topPods } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { namespace, type ClientWorld } from './client-world.ts';

export function figureCases(world: () => ClientWorld): void {
  describe('Metrics and top', () => {
    it('read the figures of the node and of its pods', async () => {
      const { config, runPod, nodeName } = world();
      await runPod({ name: 'figures', annotations: { 'cpu-usage': '250m', 'memory-usage': '64Mi' } });
      const metrics = new Metrics(config);
      const { items } = await metrics.getNodeMetrics();
      expect(items).toMatchObject([{ metadata: { name: nodeName }, usage: { cpu: expect.stringMatching(/^\d+n$/) } }]);
      const api = config.makeApiClient(CoreV1Api);
      expect((await topNodes(api)).map(({ Node }) => Node.metadata?.name)).toEqual([nodeName]);
      const shown = (await topPods(api, metrics, namespace)).find(({ Pod }) => Pod.metadata?.name === 'figures');
      expect(Number(shown?.CPU.CurrentUsage)).toBeGreaterThan(0);
      expect(Number(shown?.Memory.CurrentUsage)).toBeGreaterThan(1024 * 1024);
      expect(shown?.Containers.map(({ Container }) => Container)).toEqual(['app']);
    });
  });
}
