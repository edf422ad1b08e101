import { createCertificateAuthority, type IssuedCertificate } from '@vk/devcluster';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { grantToServiceAccount, serviceAccountToken } from '../cluster/service-accounts.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { nodeLife } from '../real-api/node-life.ts';
import { runNode, type RunningNode } from '../real-api/running-node.ts';
import { call, type Answer, type Call, type Caller } from './call.ts';

const nodeName = 'guarded';
const dayMilliseconds = 86_400_000;
const patience = { timeout: 30_000, interval: 100 } as const;

const inContainer = 'default/web/app?command=id&cmd=id&stdout=true&output=1';
/** What reaches into a pod: by WebSocket, by SPDY, and by a plain POST. */
const intoPods: readonly Call[] = [
  { method: 'GET', path: `/exec/${inContainer}`, upgrade: 'websocket' },
  { method: 'POST', path: `/exec/${inContainer}`, upgrade: 'SPDY/3.1' },
  { method: 'GET', path: `/attach/${inContainer}`, upgrade: 'websocket' },
  { method: 'POST', path: `/attach/${inContainer}`, upgrade: 'SPDY/3.1' },
  { method: 'GET', path: '/portForward/default/web?port=80', upgrade: 'websocket' },
  { method: 'POST', path: '/portForward/default/web', upgrade: 'SPDY/3.1' },
  { method: 'POST', path: `/run/${inContainer}` },
  { method: 'POST', path: '/checkpoint/default/web/app' },
];
/** What only reads, one for each subresource. */
const reads: readonly Call[] = [
  { method: 'GET', path: '/pods' },
  { method: 'GET', path: '/containerLogs/default/web/app' },
  { method: 'GET', path: '/stats/summary' },
  { method: 'GET', path: '/metrics/resource' },
  { method: 'GET', path: '/healthz' },
  { method: 'GET', path: '/configz' },
  { method: 'GET', path: '/logs/' },
  { method: 'GET', path: '/none' },
];
const everything = [...reads, ...intoPods];
const statuses = (calls: readonly Call[], status: number): string[] => calls.map((one) => describeCall(one, status));

function describeCall({ method, path, upgrade }: Call, status: number): string {
  return `${method} ${path} by ${upgrade ?? 'HTTP'}: ${status}`;
}

/** Who is kept out of a node, at its own port and through the API server; the same on every cluster. */
export function accessSuite(startCluster: () => Promise<TestCluster>): void {
  let started: TestCluster | undefined;
  let origin = '';
  const nodes: RunningNode[] = [];
  const cluster = (): TestCluster => {
    if (started === undefined) throw new Error('the cluster did not start');
    return started;
  };

  const run = async (name: string, kubeconfig: string): Promise<string> => {
    const { client, nodeAddress } = cluster();
    const addresses = [{ type: 'InternalIP', address: nodeAddress }];
    nodes.push(await runNode({ name, kubeconfig, addresses, clusterId: 'test', kubeletApi: {} }));
    const { status } = await client.json<{
      status: { daemonEndpoints: { kubeletEndpoint: { Port: number } } };
    }>('GET', `/api/v1/nodes/${name}`);
    return `https://${nodeAddress}:${status.daemonEndpoints.kubeletEndpoint.Port}`;
  };

  beforeAll(async () => {
    started = await startCluster();
    const { client, kubeconfig } = started;
    origin = await run(nodeName, kubeconfig);
    const life = nodeLife({ client, nodeName, namespace: 'default' });
    await life.createPod('web');
    await life.untilPhase('web', 'Running');
  });
  afterAll(async () => {
    for (const node of nodes.splice(0)) await node.stop();
    await started?.close();
  });

  const atNode = async (calls: readonly Call[], caller: Caller): Promise<string[]> => {
    const said: string[] = [];
    for (const one of calls) said.push(describeCall(one, (await call(origin, one, caller)).status));
    return said;
  };
  const atApiServer = (one: Call, caller: Caller): Promise<Answer> => call(cluster().url, one, caller);
  const admin = (): Parameters<TestCluster['certificateAuthority']['issue']>[0] => ({
    commonName: 'admin',
    organizations: ['system:masters'],
    usages: ['client'],
    days: 1,
    now: Date.now(),
  });
  const issue = (change: object = {}): Promise<IssuedCertificate> =>
    cluster().certificateAuthority.issue({ ...admin(), ...change });
  const account = (name: string, audiences?: readonly string[]): Promise<string> =>
    serviceAccountToken(cluster().client, {
      namespace: 'default',
      name,
      ...(audiences !== undefined && { audiences }),
    });

  /** Those whom nobody knows, by what they show. */
  const strangers: Readonly<Record<string, () => Promise<Caller>>> = {
    'a certificate of another authority of the same name': async () => {
      const other = await createCertificateAuthority({ commonName: 'test-ca', now: Date.now() });
      return { identity: await other.issue(admin()) };
    },
    'a client certificate that has expired': async () => ({
      identity: await issue({ now: Date.now() - 3 * dayMilliseconds }),
    }),
    'a certificate for servers only': async () => ({ identity: await issue({ usages: ['server'] }) }),
    'a token that was made up': () => Promise.resolve({ token: 'made-up' }),
    'a token that has expired': async () => ({ token: await cluster().expiredToken('late') }),
    'a token for another audience': async () => ({ token: await account('elsewhere', ['vault']) }),
  };

  describe('at the port of the node', () => {
    it('a client certificate of the cluster that may do everything is let in', async () => {
      const identity = await issue();
      expect(await atNode([{ method: 'GET', path: '/pods' }], { identity })).toEqual(['GET /pods by HTTP: 200']);
      const upgraded = intoPods.filter(({ upgrade }) => upgrade !== undefined);
      expect(await atNode(upgraded, { identity })).toEqual(statuses(upgraded, 101));
    });

    it('nobody is let in without a certificate and a token', async () => {
      expect(await atNode(everything, {})).toEqual(statuses(everything, 401));
    });

    it.each(Object.keys(strangers))('nobody is let in with %s', async (what) => {
      const caller = await strangers[what]?.();
      if (caller === undefined) throw new Error(`there is no ${what}`);
      expect(await atNode(everything, caller)).toEqual(statuses(everything, 401));
    });

    it('a token without rights is known and may do nothing', async () => {
      const token = await account('nothing');
      expect(await atNode(everything, { token })).toEqual(statuses(everything, 403));
    });

    it('who has `get` on nodes/proxy reads, and reaches into no pod, neither with GET over WebSocket nor with POST', async () => {
      const token = await account('reader');
      await grantToServiceAccount(cluster().client, { name: 'reader', verbs: ['get'], resources: ['nodes/proxy'] });
      const configz = { method: 'GET', path: '/configz' } as const;
      await vi.waitFor(
        async () => expect(await atNode([configz], { token })).toEqual(statuses([configz], 200)),
        patience,
      );
      expect(await atNode(intoPods, { token })).toEqual(statuses(intoPods, 403));
    });

    it('who has all verbs on nodes/proxy still writes no checkpoint', async () => {
      const token = await account('proxy');
      await grantToServiceAccount(cluster().client, { name: 'proxy', verbs: ['*'], resources: ['nodes/proxy'] });
      const exec = intoPods.slice(0, 1);
      await vi.waitFor(async () => expect(await atNode(exec, { token })).toEqual(statuses(exec, 101)), patience);
      const checkpoint = intoPods.slice(-1);
      expect(await atNode(checkpoint, { token })).toEqual(statuses(checkpoint, 403));
    });

    it('who has nodes/log alone reads no log of a container, which is of nodes/proxy', async () => {
      const token = await account('logs');
      await grantToServiceAccount(cluster().client, {
        name: 'logs',
        verbs: ['*'],
        resources: ['nodes/log', 'nodes/metrics'],
      });
      const metrics = { method: 'GET', path: '/metrics' } as const;
      await vi.waitFor(
        async () => expect(await atNode([metrics], { token })).toEqual(statuses([metrics], 200)),
        patience,
      );
      const log = { method: 'GET', path: '/containerLogs/default/web/app' } as const;
      expect(await atNode([log, ...intoPods], { token })).toEqual(statuses([log, ...intoPods], 403));
    });

    it('the authority of the kubeconfig is not one of clients: as system:node without a client CA file its certificates are 401', async () => {
      const name = 'unpublished';
      const kubeconfig = await cluster().kubeconfigFor({ name: `system:node:${name}`, groups: ['system:nodes'] });
      const other = await run(name, kubeconfig);
      const { status } = await call(other, { method: 'GET', path: '/pods' }, { identity: await issue() });
      expect(status).toBe(401);
    });
  });

  describe('through the API server', () => {
    const pod = '/api/v1/namespaces/default/pods/web';
    const throughApi: readonly Call[] = [
      { method: 'GET', path: `${pod}/log` },
      { method: 'GET', path: `${pod}/exec?command=id&stdout=true`, upgrade: 'websocket' },
      { method: 'POST', path: `${pod}/exec?command=id&stdout=true`, upgrade: 'SPDY/3.1' },
      { method: 'GET', path: `${pod}/portforward?ports=80`, upgrade: 'websocket' },
      { method: 'GET', path: `/api/v1/nodes/${nodeName}/proxy/pods` },
      { method: 'POST', path: `/api/v1/nodes/${nodeName}/proxy/run/${inContainer}` },
    ];
    const said = async (calls: readonly Call[], caller: Caller): Promise<string[]> => {
      const lines: string[] = [];
      for (const one of calls) lines.push(describeCall(one, (await atApiServer(one, caller)).status));
      return lines;
    };

    it('somebody who may is let in to the pod', async () => {
      const identity = await issue();
      expect(await said(throughApi.slice(1, 3), { identity })).toEqual(statuses(throughApi.slice(1, 3), 101));
    });

    it('nobody is let in without a certificate and a token', async () => {
      for (const one of throughApi) expect([401, 403]).toContain((await atApiServer(one, {})).status);
    });

    it.each(Object.keys(strangers))('nobody is let in with %s', async (what) => {
      const caller = await strangers[what]?.();
      if (caller === undefined) throw new Error(`there is no ${what}`);
      expect(await said(throughApi, caller)).toEqual(statuses(throughApi, 401));
    });

    it('a token without rights is known and may do nothing', async () => {
      const token = await account('nothing');
      expect(await said(throughApi, { token })).toEqual(statuses(throughApi, 403));
    });

    it('who has `get` on nodes/proxy and on pods/exec runs nothing', async () => {
      const token = await account('looker');
      await grantToServiceAccount(cluster().client, {
        name: 'looker',
        verbs: ['get'],
        resources: ['nodes/proxy', 'pods/exec', 'pods/log'],
      });
      const log = throughApi.slice(0, 1);
      await vi.waitFor(async () => expect(await said(log, { token })).toEqual(statuses(log, 200)), patience);
      const runs = throughApi.filter(({ path }) => path.includes('/exec?') || path.includes('/run/'));
      expect(await said(runs, { token })).toEqual(statuses(runs, 403));
    });
  });

  it('without an API server to ask nobody is let in: 401 for a token, 500 for a certificate', async () => {
    const token = await account('unasked');
    const identity = await issue({ commonName: 'somebody', organizations: [] });
    await cluster().takeApiServerAway();
    expect(await atNode(everything, { token })).toEqual(statuses(everything, 401));
    expect(await atNode(everything, { identity })).toEqual(statuses(everything, 500));
  }, 120_000);
}
