import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ContainerEventResponse } from '../generated/api.ts';
import { FakeCri } from '../testing/fake-cri.ts';
import { podOf, sandboxOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';

let host: FakeHost;
beforeEach(async () => {
  host = await startFakeHost();
});
afterEach(() => host.close());

const subscriptions = (): number => host.fake.calls.filter((name) => name === 'GetContainerEvents').length;

/** A node that follows the events. */
function node() {
  const heard: ContainerEventResponse[] = [];
  const leaving = new AbortController();
  const following = host.connection.events.follow((event) => heard.push(event), leaving.signal);
  return { heard, following, leave: () => leaving.abort(new Error('the node is closed')) };
}

async function addSandbox(): Promise<void> {
  await host.runtime.runPodSandbox(sandboxOf(podOf({ containers: [{ name: 'app' }] })), host.call);
}

it('two nodes on one runtime share one subscription, and both hear every event', async () => {
  const [one, two] = [node(), node()];
  await expect.poll(subscriptions).toBe(1);
  await addSandbox();
  await expect.poll(() => [one.heard.length, two.heard.length]).toEqual([1, 1]);
  one.leave();
  await one.following;
  await addSandbox();
  await expect.poll(() => two.heard).toHaveLength(2);
  expect(one.heard).toHaveLength(1);
  expect(subscriptions()).toBe(1);
  two.leave();
  await two.following;
});

it('the subscription ends with the last that follows, and the next one begins another', async () => {
  const first = node();
  await expect.poll(subscriptions).toBe(1);
  first.leave();
  await first.following;
  const second = node();
  await expect.poll(subscriptions).toBe(2);
  await addSandbox();
  await expect.poll(() => second.heard).toHaveLength(1);
  expect(first.heard).toEqual([]);
  second.leave();
  await second.following;
});

it('everybody that follows gets to know why the events have ended', async () => {
  const [one, two] = [node(), node()];
  const outcomes = Promise.allSettled([one.following, two.following]);
  await expect.poll(subscriptions).toBe(1);
  await host.fake.stop();
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

it('a stream that the runtime ends is an end for everybody, and no failure', async () => {
  await host.close();
  host = await startFakeHost({}, new FakeCri({ events: 'empty' }));
  const [one, two] = [node(), node()];
  await Promise.all([one.following, two.following]);
  expect(subscriptions()).toBe(1);
});
