import { afterEach, describe, expect, it } from 'vitest';
import { BudgetWorld, type BudgetOptions, type CountedRequest } from './budget-world.ts';

const minutes = 30;
const budgetPerNodeAndMinute = 6.5;
const worlds: BudgetWorld[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

const kinds = [
  'leases',
  'nodes',
  'pods',
  'events',
  'services',
  'configmaps',
  'namespaces',
  'certificatesigningrequests',
];

/** How often each verb and kind was asked for per minute. */
function rates(requests: readonly CountedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verb, path } of requests) {
    const parts = path.split('/');
    const name = `${verb} ${kinds.find((kind) => parts.includes(kind)) ?? path}`;
    counts[name] = (counts[name] ?? 0) + 1 / minutes;
  }
  return counts;
}

async function idle(
  names: readonly string[],
  pods: number,
  options: Pick<BudgetOptions, 'kubeletApi'> = {},
): Promise<CountedRequest[]> {
  const world = await BudgetWorld.start({ names, ...options });
  worlds.push(world);
  for (let pod = 0; pod < pods; pod++)
    await world.createPod(`web-${pod}`, { nodeName: names[pod % names.length] ?? '' });
  await world.run(120_000);
  return world.requestsDuring(() => world.run(minutes * 60_000));
}

describe('the API calls of nodes where nothing happens', () => {
  it('are at most 6.5 per minute for one node: its lease, its status, its watches opened again', async () => {
    const requests = await idle(['node-1'], 0);
    expect(requests.length / minutes, JSON.stringify(rates(requests))).toBeLessThanOrEqual(budgetPerNodeAndMinute);
    // Fewer would mean a lease that is too old, or calls that are not counted here.
    expect(rates(requests)['update leases']).toBeGreaterThan(5);
    // The client CA of the kubelet API is watched.
    expect(Object.keys(rates(requests))).toContain('watch configmaps');
  });

  it('are not more while a serving certificate waits for its approval, but for the watch of the request', async () => {
    const requests = await idle(['node-1'], 0, { kubeletApi: { servingCertificate: { kind: 'csr' } } });
    const ofRequest = requests.filter(({ path }) => path.endsWith('/certificatesigningrequests'));
    // It is watched, not asked for again and again.
    expect(new Set(ofRequest.map(({ verb }) => verb))).toEqual(new Set(['watch']));
    expect(ofRequest.length / minutes).toBeLessThanOrEqual(0.2);
    const others = requests.length - ofRequest.length;
    expect(others / minutes, JSON.stringify(rates(requests))).toBeLessThanOrEqual(budgetPerNodeAndMinute);
  });

  it('are not more for its pods, but for the watch of the Services of their namespace', async () => {
    const requests = await idle(['node-1'], 10);
    const others = requests.filter(({ path }) => !path.endsWith('/services'));
    expect(others.length / minutes, JSON.stringify(rates(requests))).toBeLessThanOrEqual(budgetPerNodeAndMinute);
    expect((requests.length - others.length) / minutes).toBeLessThanOrEqual(0.2);
  });

  it('are at most 6.5 per node and minute, Services and all, for twenty nodes in one process', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `node-${index}`);
    const requests = await idle(names, 40);
    expect(requests.length / minutes / names.length, JSON.stringify(rates(requests))).toBeLessThanOrEqual(
      budgetPerNodeAndMinute,
    );
  });
});
