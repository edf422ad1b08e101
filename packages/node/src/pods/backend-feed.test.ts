import { describe, expect, it } from 'vitest';
import type { BackendPod, GonePod } from '../provider/backend-pod.ts';
import { capabilitiesOf } from '../provider/capabilities.ts';
import { silentLogger, type Logger } from '../provider/logger.ts';
import type { Provider } from '../provider/provider.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { BackendFeed } from './backend-feed.ts';
import { ProviderCalls } from './provider-calls.ts';

const pod = (name: string): BackendPod => ({
  ref: { namespace: 'default', name, uid: name },
  status: { phase: 'Running' },
});

function unused(): Promise<never> {
  return Promise.reject(new Error('not part of this test'));
}

type Feeding = Pick<Provider, 'getPods' | 'notifyPods' | 'getPodStatus'>;

function startFeed(parts: Feeding) {
  const clock = new FakeClock();
  const warnings: string[] = [];
  const note = (message: string): number => warnings.push(message);
  const log: Logger = { ...silentLogger, warn: note, error: note, with: () => log };
  const provider: Provider = { createPod: unused, updatePod: unused, deletePod: unused, getPod: unused, ...parts };
  const told: string[] = [];
  let sequence = 0;
  let onPod: (pod: BackendPod | GonePod) => void = (one) => void told.push(one.ref.name);
  const feed = new BackendFeed({
    provider,
    capabilities: capabilitiesOf(provider),
    calls: new ProviderCalls({ clock, log, timeoutMilliseconds: 1_000, patienceMilliseconds: 100 }),
    clock,
    log,
    handlers: {
      nextSequence: () => ++sequence,
      onPod: (one) => onPod(one),
      onListing: async (pods, began) => {
        told.push(`list@${began} ${pods.map(({ ref, status }) => `${ref.name}=${status?.phase}`).join(' ')}`);
      },
    },
    pollMilliseconds: 5_000,
    relistMilliseconds: 60_000,
    retry: {
      initialMilliseconds: 100,
      maximumMilliseconds: 1_000,
      factor: 2,
      jitter: 0,
      resetAfterMilliseconds: 60_000,
    },
  });
  const stop = new AbortController();
  const ended = feed.run(stop.signal);
  return {
    clock,
    feed,
    told,
    warnings,
    handle: (handler: typeof onPod) => (onPod = handler),
    async stop() {
      stop.abort(new Error('the test is over'));
      await clock.advance(1_000);
      await ended;
      expect(clock.pending).toBe(0);
    },
  };
}

/** A provider whose subscriptions the test holds in its hands. */
function subscriptions() {
  const opened: {
    tell: (pod: BackendPod | GonePod) => void;
    end: () => void;
    fail: (error: Error) => void;
    signal: AbortSignal;
  }[] = [];
  const notifyPods: NonNullable<Provider['notifyPods']> = (tell, { signal }) => {
    const over = Promise.withResolvers<void>();
    opened.push({ tell, end: over.resolve, fail: over.reject, signal });
    signal.addEventListener('abort', () => over.resolve(), { once: true });
    return over.promise;
  };
  return { opened, notifyPods };
}

describe('BackendFeed with a provider that is polled', () => {
  it('lists at once and then at the interval that the provider names', async () => {
    const world = startFeed({ getPods: async () => [pod('a')] });
    await world.clock.advance(4_999);
    expect(world.told).toEqual(['list@1 a=Running']);
    await world.clock.advance(1);
    expect(world.told).toEqual(['list@1 a=Running', 'list@2 a=Running']);
    await world.stop();
  });

  it('takes an error for no answer: nothing is told, and it asks again', async () => {
    let fails = 2;
    const world = startFeed({ getPods: async () => (fails-- > 0 ? Promise.reject(new Error('no')) : []) });
    let listed = false;
    void world.feed.listed.then(() => (listed = true));
    await world.clock.advance(0);
    expect(world.told).toEqual([]);
    expect(listed).toBe(false);
    await world.clock.advance(300);
    expect(world.told).toEqual(['list@3 ']);
    expect(listed).toBe(true);
    expect(world.warnings).toHaveLength(2);
    await world.stop();
  });

  it('gives up a listing that hangs and asks again', async () => {
    let hang = true;
    const world = startFeed({
      getPods: () => {
        if (!hang) return Promise.resolve([]);
        hang = false;
        return new Promise(() => undefined);
      },
    });
    await world.clock.advance(1_200);
    expect(world.told).toEqual(['list@2 ']);
    await world.stop();
  });

  it('asks for the status of each pod that the list carries none for, and one that cannot be told holds up no other', async () => {
    const world = startFeed({
      getPods: async () => [{ ref: pod('a').ref }, { ref: pod('b').ref }, pod('c')],
      getPodStatus: async ({ name }) => (name === 'a' ? Promise.reject(new Error('no')) : { phase: 'Pending' }),
    });
    await world.clock.advance(0);
    expect(world.told).toEqual(['list@1 a=undefined b=Pending c=Running']);
    expect(world.warnings).toEqual(['The provider could not give the status of a pod']);
    await world.stop();
  });
});

describe('BackendFeed with a provider that notifies', () => {
  it('subscribes before it lists, passes on what it is told, and lists again now and then', async () => {
    const { opened, notifyPods } = subscriptions();
    const world = startFeed({ notifyPods, getPods: async () => (opened[0]?.tell(pod('early')), [pod('a')]) });
    await world.clock.advance(0);
    opened[0]?.tell(pod('b'));
    expect(world.told).toEqual(['early', 'list@1 a=Running', 'b']);
    await world.clock.advance(60_000);
    expect(opened).toHaveLength(1);
    expect(world.told.at(-1)).toBe('list@2 a=Running');
    await world.stop();
    expect(opened[0]?.signal.aborted).toBe(true);
  });

  it.each(['ends', 'fails'])('lists and subscribes anew when the subscription %s', async (how) => {
    const { opened, notifyPods } = subscriptions();
    const world = startFeed({ notifyPods, getPods: async () => [] });
    await world.clock.advance(0);
    if (how === 'ends') opened[0]?.end();
    else opened[0]?.fail(new Error('broken'));
    await world.clock.advance(99);
    expect(opened).toHaveLength(1);
    await world.clock.advance(1);
    expect(opened).toHaveLength(2);
    expect(world.told).toEqual(['list@1 ', 'list@2 ']);
    await world.stop();
  });

  it('does not subscribe in a loop when every subscription ends at once', async () => {
    let count = 0;
    const world = startFeed({ getPods: async () => [], notifyPods: async () => void count++ });
    await world.clock.advance(10_000);
    expect(count).toBeLessThan(16);
    await world.stop();
  });

  it('keeps its subscription while listings fail, however long', async () => {
    const { opened, notifyPods } = subscriptions();
    let fails = true;
    const world = startFeed({ notifyPods, getPods: async () => (fails ? Promise.reject(new Error('no')) : []) });
    await world.clock.advance(10_000);
    expect(opened).toHaveLength(1);
    opened[0]?.tell(pod('a'));
    expect(world.told).toEqual(['a']);
    fails = false;
    await world.clock.advance(1_000);
    expect(world.told).toHaveLength(2);
    await world.stop();
  });

  it('hears nothing more from a provider that goes on after its subscription is over', async () => {
    const { opened, notifyPods } = subscriptions();
    const world = startFeed({ notifyPods, getPods: async () => [] });
    await world.clock.advance(0);
    await world.stop();
    opened[0]?.tell(pod('late'));
    expect(world.told).toEqual(['list@1 ']);
  });

  it('does not let its own failure to take in a notification break the provider', async () => {
    const { opened, notifyPods } = subscriptions();
    const world = startFeed({ notifyPods, getPods: async () => [] });
    await world.clock.advance(0);
    world.handle(() => {
      throw new TypeError('a pod without a name');
    });
    expect(() => opened[0]?.tell(pod('a'))).not.toThrow();
    expect(world.warnings).toEqual(['A notification of the provider could not be taken in']);
    await world.stop();
  });
});
