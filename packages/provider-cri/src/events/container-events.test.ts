import { FakeClock } from '@vk/node/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeCri } from '../testing/fake-cri.ts';
import { podOf, sandboxOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { followContainers } from './container-events.ts';

const owner = { clusterId: 'cluster', nodeName: 'node-a' };
const containers = [{ name: 'app', image: 'app:1' }];

let host: FakeHost;
let clock: FakeClock;
let leaving: AbortController;
let told: string[];
beforeEach(() => {
  clock = new FakeClock();
  leaving = new AbortController();
  told = [];
});
afterEach(() => host.close());

/** A sandbox of a new pod. Gives its UID. */
async function addPod(): Promise<string> {
  const prepared = podOf({ containers });
  await host.runtime.runPodSandbox(sandboxOf(prepared), host.call);
  return prepared.ownership.uid;
}

function follow(): Promise<void> {
  const { events, client } = host.connection;
  const options = { events, client, owner, clock, pollMilliseconds: 1_000 };
  return followContainers(options, (uid) => told.push(uid), leaving.signal);
}

const subscriptions = (): number => host.fake.calls.filter((name) => name === 'GetContainerEvents').length;

async function leave(following: Promise<void>): Promise<void> {
  leaving.abort(new Error('the test is over'));
  await following.catch((error: unknown) => {
    if (error !== leaving.signal.reason) throw error;
  });
}

it('with events, each change of a pod is told as it happens, after all that were there', async () => {
  host = await startFakeHost({}, new FakeCri({ events: true }));
  const first = await addPod();
  const following = follow();
  await expect.poll(() => told).toEqual([first]);
  const second = await addPod();
  await expect.poll(() => told).toEqual([first, second]);
  expect(clock.pending).toBe(0);
  await leave(following);
});

describe.each([
  { mode: 'knows no events', events: false as const, tries: 1 },
  { mode: 'ends its events without having told of any', events: 'empty' as const, tries: 2 },
])('a runtime that $mode', ({ events, tries }) => {
  it('is listed once for each interval, and only what has changed is told', async () => {
    host = await startFakeHost({}, new FakeCri({ events }));
    const first = await addPod();
    const following = follow();
    await clock.whenPending();
    expect(new Set(told)).toEqual(new Set([first]));
    const atFirst = told.length;
    await clock.advance(1_000);
    await clock.whenPending();
    expect(told).toHaveLength(atFirst);
    const second = await addPod();
    await clock.advance(1_000);
    await expect.poll(() => told.slice(atFirst)).toEqual([second]);
    expect(subscriptions()).toBe(tries);
    await leave(following);
  });
});

it('a listing that fails leaves nobody behind who is told of events', async () => {
  host = await startFakeHost({}, new FakeCri({ events: true }));
  host.fake.failing.add('ListPodSandbox');
  await expect(follow()).rejects.toThrow('ListPodSandbox fails');
  host.fake.failing.clear();
  const again = follow();
  await expect.poll(() => host.fake.calls.filter((name) => name === 'ListPodSandbox')).toHaveLength(2);
  expect(subscriptions()).toBe(2);
  const uid = await addPod();
  await expect.poll(() => told).toContain(uid);
  expect(told).toEqual([uid]);
  await leave(again);
});
