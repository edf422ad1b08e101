import { describe, expect, it } from 'vitest';
import { silentLogger } from '../provider/logger.ts';
import type { Node } from '../provider/wire.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeNodeApi } from '../testing/fake-node-api.ts';
import { refused } from '../testing/fake-pod-api.ts';
import { LeaseController } from './lease-controller.ts';

async function start(
  options: { readonly node?: () => Node | undefined; readonly random?: () => number; readonly api?: FakeNodeApi } = {},
) {
  const clock = new FakeClock();
  const { api = new FakeNodeApi() } = options;
  let contentions = 0;
  const controller = new LeaseController({
    name: 'vk',
    api,
    clock,
    log: silentLogger,
    durationSeconds: 40,
    retry: {
      initialMilliseconds: 200,
      maximumMilliseconds: 7_000,
      factor: 2,
      jitter: 0,
      resetAfterMilliseconds: 60_000,
    },
    node: options.node ?? (() => ({ metadata: { name: 'vk', uid: 'u' } })),
    onContention: () => contentions++,
    random: options.random ?? (() => 0),
  });
  const stop = new AbortController();
  const ended = controller.run(stop.signal).catch((error: unknown) => error);
  await clock.advance(0);
  return {
    clock,
    api,
    contentions: () => contentions,
    async stop() {
      stop.abort(new Error('the test is over'));
      await ended;
    },
  };
}

describe('LeaseController', () => {
  it('makes the lease, then renews it at a quarter of its duration, a little later at random, so that it costs less than six calls a minute', async () => {
    const world = await start({ random: () => 0.5 });
    expect(world.api.calls).toEqual(['get lease', 'create lease']);
    await world.clock.advance(5_500);
    expect(world.api.calls).toHaveLength(3);
    await world.clock.advance(10_199);
    expect(world.api.calls).toHaveLength(3);
    await world.clock.advance(1);
    expect(world.api.calls.at(-1)).toBe('update lease');
    expect(world.api.lease?.spec?.renewTime).toBe('2026-01-01T00:00:15.700000Z');
    await world.stop();
  });

  it('spreads the first renewals of nodes that were registered together over the interval', async () => {
    const early = await start({ random: () => 0.999 });
    const late = await start({ random: () => 0 });
    await early.clock.advance(1_100);
    expect(early.api.calls.at(-1)).toBe('update lease');
    await late.clock.advance(9_999);
    expect(late.api.calls.at(-1)).toBe('create lease');
    await Promise.all([early.stop(), late.stop()]);
  });

  it('makes no lease that nobody owns', async () => {
    let node: Node | undefined;
    const world = await start({ node: () => node });
    expect(world.api.calls).not.toContain('create lease');
    node = { metadata: { name: 'vk', uid: 'u' } };
    await world.clock.advance(10_000);
    expect(world.api.lease?.metadata?.ownerReferences?.[0]?.uid).toBe('u');
    await world.stop();
  });

  it('makes the lease again when somebody deletes it', async () => {
    const world = await start();
    world.api.lease = undefined;
    await world.clock.advance(10_000);
    expect(world.api.lease).toBeDefined();
    expect(world.contentions()).toBe(0);
    await world.stop();
  });

  it('tries a renewal that failed again well before the lease runs out', async () => {
    const world = await start();
    let failures = 4;
    world.api.before = (call) => {
      if (call === 'update lease' && failures-- > 0) throw refused(503, 'ServiceUnavailable', 'no');
    };
    await world.clock.advance(14_000);
    expect(world.api.lease?.spec?.renewTime).toMatch(/^2026-01-01T00:00:1/);
    await world.stop();
  });

  it('does not take its own renewal, whose answer was lost, for somebody else', async () => {
    const world = await start();
    let lost = false;
    const update = world.api.updateLease.bind(world.api);
    world.api.updateLease = async (lease) => {
      const renewed = await update(lease);
      if (lost) return renewed;
      lost = true;
      throw new Error('the connection broke');
    };
    await world.clock.advance(30_000);
    expect(world.contentions()).toBe(0);
    await world.stop();
  });

  it('keeps fields of a lease that it does not know, and takes the lease of the process before it over', async () => {
    const api = new FakeNodeApi();
    api.putLease({ metadata: { name: 'vk', labels: { a: 'b' } }, spec: { holderIdentity: 'vk', leaseTransitions: 3 } });
    const world = await start({ api });
    expect(api.lease).toMatchObject({ metadata: { labels: { a: 'b' } }, spec: { leaseTransitions: 3 } });
    expect(world.contentions()).toBe(0);
    await world.stop();
  });
});
