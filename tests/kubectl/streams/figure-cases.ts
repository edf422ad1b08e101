import { beforeAll, describe, expect, it } from 'vitest';
import { namespace, type StreamWorld } from './stream-world.ts';

const routes = [
  ['healthz', /^ok/],
  ['pods', /"kind":"PodList"/],
  ['runningpods/', /"kind":"PodList"/],
  ['configz', /"kubeletconfig"/],
  ['stats/summary', /"nodeName"/],
  ['metrics', /^# HELP /],
  ['metrics/resource', /^node_cpu_usage_seconds_total /m],
  [`containerLogs/${namespace}/figures/app?tailLines=1`, /^two\n$/],
] as const;

export interface FigureOptions {
  /** Whether nodes can be reached by `nodes/{name}/proxy`. */
  readonly proxies: boolean;
  /** Whether there is metrics.k8s.io. */
  readonly measures: boolean;
}

export function figureCases(world: () => StreamWorld, { proxies, measures }: FigureOptions): void {
  describe('what a node says of itself', () => {
    beforeAll(async () => {
      await world().runPod({ name: 'figures', annotations: { stdout: 'one\ntwo', 'cpu-usage': '250m' } });
    });

    it.skipIf(!proxies).each(routes)(
      'is reached by `kubectl get --raw /api/v1/nodes/N/proxy/%s`',
      async (path, text) => {
        const { kubectl, base } = world();
        expect(await kubectl('get', '--raw', `/api/v1/nodes/${base.node.name}/proxy/${path}`)).toMatch(text);
      },
    );

    it.skipIf(!proxies)('is 404 at a path that the kubelet does not have', async () => {
      const { kubectl, base } = world();
      const { code, stderr } = await kubectl.attempt('get', '--raw', `/api/v1/nodes/${base.node.name}/proxy/none`);
      expect(code).toBe(1);
      expect(stderr).toContain('NotFound');
    });

    it.skipIf(!measures)('is what `kubectl top` shows', async () => {
      const { kubectl, base } = world();
      expect(await kubectl('top', 'node', base.node.name)).toMatch(
        /^NAME +CPU\(cores\).*\nvk +\d+m +\d+% +\d+Mi +\d+% *\n$/,
      );
      expect(await kubectl('top', 'pod', 'figures', '-n', namespace)).toMatch(/^NAME .*\nfigures +\d+m +\d+Mi *\n$/);
      expect(await kubectl('top', 'pod', 'figures', '-n', namespace, '--containers')).toMatch(
        /^POD +NAME .*\nfigures +app +\d+m +\d+Mi *\n$/,
      );
    });
  });
}
