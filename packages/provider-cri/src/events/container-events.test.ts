import type { RuntimeChange, RuntimeEventHandler } from '@vk/node/pod-engine';
import { FakeClock } from '@vk/node/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeCri } from '../testing/fake-cri.ts';
import { containerOf, podOf, sandboxOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { followContainers } from './container-events.ts';

const owner = { clusterId: 'cluster', nodeName: 'node-a' };
const containers = [{ name: 'app', image: 'app:1' }];

let host: FakeHost;
let clock: FakeClock;
let leaving: AbortController;
let told: string[];
let changes: (RuntimeChange | undefined)[];
beforeEach(() => {
  clock = new FakeClock();
  leaving = new AbortController();
  told = [];
  changes = [];
});
afterEach(() => host.close());

/** A sandbox of a new pod. Gives its UID. */
async function addPod(): Promise<string> {
  const prepared = podOf({ containers });
  await host.runtime.runPodSandbox(sandboxOf(prepared), host.call);
  return prepared.ownership.uid;
}

/** A container of a new pod that is not started. */
async function addContainer(): Promise<{ readonly sandbox: string; readonly container: string }> {
  const prepared = podOf({ containers });
  await host.runtime.preparePod(prepared, host.call);
  const { id: sandbox } = await host.runtime.runPodSandbox(sandboxOf(prepared), host.call);
  const config = containerOf(prepared, { name: 'app', image: 'app:1' });
  return { sandbox, container: await host.runtime.createContainer(sandbox, config, host.call) };
}

function follow(): Promise<void> {
  const { events, client } = host.connection;
  const options = { events, client, owner, clock, pollMilliseconds: 1_000 };
  const onEvent: RuntimeEventHandler = (uid, change) => {
    told.push(uid);
    changes.push(change);
  };
  return followContainers(options, onEvent, leaving.signal);
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

  it('is said to have changed in what it lists otherwise than before, and nothing is said of what was there at first', async () => {
    host = await startFakeHost({}, new FakeCri({ events }));
    const uid = await addPod();
    const [id = ''] = host.fake.sandboxes.keys();
    const following = follow();
    await clock.whenPending();
    expect(changes).toContain(undefined);
    for (const state of ['exited', 'removed'] as const) {
      if (state === 'exited') await host.runtime.stopPodSandbox(id, host.call);
      else await host.runtime.removePodSandbox(id, host.call);
      await clock.advance(1_000);
      await expect.poll(() => [told.at(-1), changes.at(-1)]).toEqual([uid, { id, state }]);
      await clock.whenPending();
    }
    const { sandbox, container } = await addContainer();
    await clock.advance(1_000);
    await expect
      .poll(() => changes.slice(-2))
      .toEqual([
        { id: sandbox, state: 'running' },
        { id: container, state: 'created' },
      ]);
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
