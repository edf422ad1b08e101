import { afterEach, describe, expect, it } from 'vitest';
import { BudgetWorld } from './budget-world.ts';

const worlds: BudgetWorld[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

async function start(names: readonly string[]): Promise<BudgetWorld> {
  const world = await BudgetWorld.start({ names });
  worlds.push(world);
  return world;
}

/** And one of the CA that clients of the kubelet API are checked with. */
const ofTheProcess = ['/api/v1/namespaces/kube-system/configmaps', '/api/v1/nodes', '/api/v1/pods'];
const inNamespace = (kind: string): string => `/api/v1/namespaces/default/${kind}`;

describe('the watches of a process', () => {
  it.each([1, 2, 20])('are one of pods, one of nodes and one of the client CA for %i nodes', async (count) => {
    const world = await start(Array.from({ length: count }, (_, index) => `node-${index}`));
    expect(world.openWatches).toEqual(ofTheProcess);
    await world.run(1_200_000);
    expect(world.openWatches).toEqual(ofTheProcess);
  });

  it('are one more for each ConfigMap and Secret in use, and for the Services of a namespace, only while they are used', async () => {
    const world = await start(['node-1', 'node-2']);
    await world.user.send('POST', inNamespace('configmaps'), {
      metadata: { name: 'palette' },
      data: { colour: 'red' },
    });
    await world.user.send('POST', inNamespace('secrets'), { metadata: { name: 'key' }, stringData: { key: 'k' } });
    const env = [
      { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'palette', key: 'colour' } } },
      { name: 'KEY', valueFrom: { secretKeyRef: { name: 'key', key: 'key' } } },
    ];
    for (const [name, nodeName] of [
      ['a', 'node-1'],
      ['b', 'node-1'],
      ['c', 'node-2'],
    ] as const)
      await world.createPod(name, { nodeName, env });
    await world.run(10_000);
    expect(['a', 'b', 'c'].map((name) => world.pod(name)?.status?.phase)).toEqual(['Running', 'Running', 'Running']);
    // However many pods of however many nodes use them.
    expect(world.openWatches).toEqual(
      [inNamespace('configmaps'), inNamespace('secrets'), inNamespace('services'), ...ofTheProcess].sort(),
    );
    for (const name of ['a', 'b', 'c']) await world.user.deletePod(name);
    await world.run(300_000);
    expect(world.user.pods).toEqual([]);
    expect(world.openWatches).toEqual(ofTheProcess);
  });

  it('are one more for a serving certificate that is asked for, until somebody has answered', async () => {
    const world = await BudgetWorld.start({ kubeletApi: { servingCertificate: { kind: 'csr' } } });
    worlds.push(world);
    const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
    expect(world.openWatches).toEqual([...ofTheProcess, requests]);
    const name = 'virtual-kubelet-serving-node-1';
    const request = await world.user.send<object>('GET', `${requests}/${name}`);
    const denied = { type: 'Denied', status: 'True', reason: 'Test', message: 'not this one' };
    await world.user.send('PUT', `${requests}/${name}/approval`, { ...request, status: { conditions: [denied] } });
    await world.run(1_000);
    expect(world.openWatches).toEqual(ofTheProcess);
  });

  it('are none after the stop', async () => {
    const world = await start(['node-1']);
    await world.stop();
    expect(world.openWatches).toEqual([]);
    worlds.splice(0);
  });
});
