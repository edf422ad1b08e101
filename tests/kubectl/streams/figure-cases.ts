import { beforeAll, describe, expect, it } from 'vitest';
import { call, type Answer, type Call } from '../../kubelet-api/call.ts';
import { leftOut } from '../../left-out.ts';
import { proxiedRoutes } from './proxied-routes.ts';
import { namespace, type StreamWorld } from './stream-world.ts';

export const noMetrics = leftOut('kubectl top: there is no metrics.k8s.io, which takes a metrics-server');
const noProxy = leftOut('proxy of nodes: there is none for nodes at this address');

export interface FigureOptions {
  /** Whether nodes can be reached by `nodes/{name}/proxy`. */
  readonly proxies: boolean;
  /** Whether there is metrics.k8s.io. */
  readonly measures: boolean;
}

export function figureCases(world: () => StreamWorld, { proxies, measures }: FigureOptions): void {
  const proxy = (path: string): string => `/api/v1/nodes/${world().base.node.name}/proxy/${path}`;

  describe('what a node says of itself', () => {
    let ask: (call: Call) => Promise<Answer>;
    let uid = '';

    beforeAll(async () => {
      const { runPod, base } = world();
      await runPod({ name: 'figures', annotations: { stdout: 'one\ntwo', 'cpu-usage': '250m' } });
      ({ uid } = (await base.pod(namespace, 'figures')).metadata);
      const identity = await base.cluster.certificateAuthority.issue({
        commonName: 'admin',
        organizations: ['system:masters'],
        usages: ['client'],
        days: 1,
        now: Date.now(),
      });
      ask = (one) => call(base.cluster.url, one, { identity });
    });

    it.skipIf(!proxies).each(proxiedRoutes.filter(({ method, status }) => method === 'GET' && status === 200))(
      'is reached by `kubectl get --raw /api/v1/nodes/N/proxy/$path`',
      noProxy,
      async ({ path, text }) => {
        expect(await world().kubectl('get', '--raw', proxy(path))).toMatch(text);
      },
    );

    it.skipIf(!proxies).each(proxiedRoutes)(
      'comes through the proxy as the node gives it: $method $path is $status $type',
      noProxy,
      async ({ method, path, upgrade, status, type, text }) => {
        const proxied = proxy(path.replace('{uid}', uid));
        const answer = await ask({ method, path: proxied, ...(upgrade !== undefined && { upgrade }) });
        expect([answer.status, answer.contentType]).toEqual([status, type]);
        expect(answer.body).toMatch(text);
      },
    );

    it.skipIf(!proxies)('is 404 at a path that the kubelet does not have', noProxy, async () => {
      const { code, stderr } = await world().kubectl.attempt('get', '--raw', proxy('none'));
      expect(code).toBe(1);
      expect(stderr).toContain('NotFound');
    });

    it.skipIf(!proxies)('are the figures of a pod, as metrics-server scrapes them', noProxy, async () => {
      const { body } = await ask({ method: 'GET', path: proxy('metrics/resource') });
      const pod = String.raw`[^}]*namespace="${namespace}"[^}]*pod="figures"|[^}]*pod="figures"[^}]*namespace="${namespace}"`;
      const sample = (family: string): RegExp => new RegExp(String.raw`^${family}\{(${pod})[^}]*\} [\d.e+]+ \d+$`, 'm');
      for (const family of ['container_cpu_usage_seconds_total', 'container_memory_working_set_bytes'])
        expect(body).toMatch(sample(family));
      for (const family of ['pod_cpu_usage_seconds_total', 'pod_memory_working_set_bytes'])
        expect(body).toMatch(sample(family));
      expect(body).toMatch(/^container_start_time_seconds\{[^}]*pod="figures"[^}]*\} [\d.e+]+/m);
      expect(body).toMatch(/^node_memory_working_set_bytes \d[\d.e+]* \d+$/m);
      expect(body).toMatch(/^scrape_error 0$/m);
    });

    it.skipIf(!measures)('is what `kubectl top` shows', noMetrics, async () => {
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
