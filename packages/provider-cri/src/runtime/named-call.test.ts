import { FakeClock } from '@vk/node/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeCri } from '../testing/fake-cri.ts';
import { containerOf, podOf, sandboxOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import type { CriRuntime } from './cri-runtime.ts';

const app = { name: 'app', image: 'app:1' };
const prepared = podOf({ containers: [app] });
const clock = new FakeClock();

let host: FakeHost;
beforeEach(async () => {
  host = await startFakeHost({}, new FakeCri({ events: true }), clock);
});
afterEach(() => host.close());

const isCalled = (method: string, times: number): Promise<void> =>
  vi.waitFor(() => expect(host.fake.calls.filter((name) => name === method)).toHaveLength(times));

/** A process that takes the pod over from the one that was killed. */
async function nextProcess(name: string): Promise<CriRuntime> {
  host.fake.runtime.name = name;
  await host.runtime.preparePod(prepared, host.call);
  const next = await host.anotherProcess();
  await next.status(host.call);
  await next.preparePod(prepared, host.call);
  return next;
}

/** The first call waits for as long as its caller does; what comes after 5 s is answered. */
async function heldBack<T>(method: string, make: (call: FakeHost['call']) => Promise<T>) {
  const leaving = new AbortController();
  host.fake.hanging.add(method);
  const made = make({ ...host.call, signal: leaving.signal });
  made.catch(() => undefined);
  await isCalled(method, 1);
  host.fake.hanging.delete(method);
  await clock.advance(5_000);
  return { made, giveUp: () => leaving.abort(new Error('it took too long')) };
}

it('a sandbox that CRI-O keeps for the next one who asks is asked for again', async () => {
  const next = await nextProcess('cri-o');
  const { made } = await heldBack('RunPodSandbox', (call) => next.runPodSandbox(sandboxOf(prepared), call));
  const { id } = await made;
  expect([...host.fake.sandboxes.keys()]).toEqual([id]);
});

it('a container that CRI-O keeps for the next one who asks is asked for again', async () => {
  const next = await nextProcess('cri-o');
  const { id } = await next.runPodSandbox(sandboxOf(prepared), host.call);
  const container = containerOf(prepared, app);
  const { made } = await heldBack('CreateContainer', (call) => next.createContainer(id, container, call));
  expect([...host.fake.containers.keys()]).toEqual([await made]);
});

it('what is made of a pod of this process is asked for once, and again once a call for it was given up', async () => {
  const { runtime, call } = host;
  host.fake.runtime.name = 'cri-o';
  await runtime.status(call);
  await runtime.preparePod(prepared, call);
  const run = (limited: FakeHost['call']) => runtime.runPodSandbox(sandboxOf(prepared), limited);
  const first = await heldBack('RunPodSandbox', run);
  await clock.advance(60_000);
  first.giveUp();
  await expect(first.made).rejects.toThrow('it took too long');
  await isCalled('RunPodSandbox', 1);
  host.fake.hanging.add('RunPodSandbox');
  const second = run(call);
  await isCalled('RunPodSandbox', 2);
  host.fake.hanging.delete('RunPodSandbox');
  await clock.advance(5_000);
  expect((await second).state).toBe('ready');
});

it('another runtime is asked once: not all of them leave alone what has the name already', async () => {
  const next = await nextProcess('containerd');
  const { made, giveUp } = await heldBack('RunPodSandbox', (call) => next.runPodSandbox(sandboxOf(prepared), call));
  await clock.advance(60_000);
  giveUp();
  await expect(made).rejects.toThrow('it took too long');
  await isCalled('RunPodSandbox', 1);
});
