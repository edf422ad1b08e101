import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeChange } from '@vk/node/pod-engine';
import { InvalidInput, NotFound } from '@vk/node/provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { containerOf, podOf, sandboxOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';

const app = { name: 'app', image: 'app:1' };

let host: FakeHost;
beforeEach(async () => {
  host = await startFakeHost();
});
afterEach(() => host.close());

/** A pod with one container that runs. */
async function running(spec: Parameters<typeof podOf>[0] = { containers: [app] }) {
  const { runtime, call } = host;
  const prepared = podOf(spec);
  await runtime.preparePod(prepared, call);
  const sandbox = await runtime.runPodSandbox(sandboxOf(prepared), call);
  const container = spec.containers[0] ?? app;
  await runtime.pullImage(container.image ?? '', [], call);
  const id = await runtime.createContainer(sandbox.id, containerOf(prepared, container), call);
  await runtime.startContainer(id, call);
  return { prepared, sandbox, id };
}

describe('every verb may come again', () => {
  it('a sandbox that is there is found, not made twice', async () => {
    const { prepared, sandbox } = await running();
    expect(await host.runtime.runPodSandbox(sandboxOf(prepared), host.call)).toEqual(sandbox);
    expect(host.fake.sandboxes.size).toBe(1);
  });

  it('a container that is there is found, not made twice', async () => {
    const { prepared, sandbox, id } = await running();
    expect(await host.runtime.createContainer(sandbox.id, containerOf(prepared, app), host.call)).toBe(id);
    expect(host.fake.containers.size).toBe(1);
  });

  it('what runs is not started again, and what has ended stays ended', async () => {
    const { id } = await running();
    await host.runtime.startContainer(id, host.call);
    await host.runtime.stopContainer(id, 1, host.call);
    await host.runtime.startContainer(id, host.call);
    const [run] = await host.runtime.listContainers({}, host.call);
    expect(run?.state).toBe('exited');
  });

  it('stopping and removing what is not there is a success', async () => {
    const { runtime, call } = host;
    await runtime.stopContainer('none', 1, call);
    await runtime.removeContainer('none', call);
    await runtime.stopPodSandbox('none', call);
    await runtime.removePodSandbox('none', call);
    await runtime.releasePod(podOf({ containers: [app] }).ownership, call);
    await runtime.removePodData(podOf({ containers: [app] }).ownership, call);
    expect(await runtime.listPodData({})).toEqual([]);
  });

  it('starting a container that is not there is an error', async () => {
    await expect(host.runtime.startContainer('none', host.call)).rejects.toBeInstanceOf(NotFound);
  });
});

describe('what is ours', () => {
  it('is known by a process that starts again: stamp, hash, attempt and back-off', async () => {
    const { prepared, sandbox, id } = await running();
    const other = await host.anotherProcess();
    expect(await other.listPodSandbox({}, host.call)).toEqual([sandbox]);
    expect(sandbox).toMatchObject({
      ownership: prepared.ownership,
      appliedHash: prepared.hash,
      attempt: 0,
      state: 'ready',
    });
    expect(await other.listContainers({}, host.call)).toMatchObject([
      {
        id,
        name: 'app',
        attempt: 0,
        specHash: 'spec',
        resources: '{}',
        restartDelayMilliseconds: 20_000,
        image: 'app:1',
      },
    ]);
    expect(await other.listPodData({})).toEqual([{ ref: sandbox.ref, ownership: prepared.ownership }]);
  });

  it('is not what another node has, nor a kubelet on the same runtime', async () => {
    await running();
    const [sandbox] = host.fake.sandboxes.values();
    if (sandbox === undefined) throw new Error('there is no sandbox');
    const labels = { 'io.kubernetes.pod.uid': 'of a kubelet' };
    host.fake.sandboxes.set('foreign', { ...sandbox, id: 'foreign', config: { ...sandbox.config, labels } });
    const other = await host.anotherProcess('node-b');
    expect(await other.listPodSandbox({}, host.call)).toEqual([]);
    expect(await other.listContainers({}, host.call)).toEqual([]);
    expect(await host.runtime.listPodSandbox({}, host.call)).toHaveLength(1);
  });

  it('is listed by pod where one is named', async () => {
    const { sandbox } = await running();
    const of = (podUid: string) => host.runtime.listPodSandbox({ podUid }, host.call);
    expect(await of(sandbox.ref.uid)).toHaveLength(1);
    expect(await of('another')).toEqual([]);
  });

  it('carries the labels by which other tools know pods', async () => {
    const { sandbox } = await running();
    expect(host.fake.sandboxes.get(sandbox.id)?.config.labels).toMatchObject({
      app: 'x',
      'io.kubernetes.pod.name': 'pod',
      'io.kubernetes.pod.namespace': 'default',
      'io.kubernetes.pod.uid': sandbox.ref.uid,
    });
  });
});

describe('a pod that came before the runtime had answered', () => {
  /** A process that starts while the runtime is away. */
  async function startedWithoutRuntime() {
    const waiting = await startFakeHost();
    const { sandboxes } = waiting.fake;
    await waiting.fake.stop();
    const runtime = await waiting.anotherProcess();
    await waiting.fake.start(waiting.config.endpoint);
    return { runtime, sandboxes, call: waiting.call, close: () => waiting.close() };
  }

  it('is told of with the name of the runtime once that has said it', async () => {
    const { runtime, call, close } = await startedWithoutRuntime();
    try {
      expect(runtime.name).toBe('guessed');
      await runtime.status(call);
      expect(runtime.name).toBe('fake');
    } finally {
      await close();
    }
  });

  it.each([
    { spec: { containers: [app], securityContext: { supplementalGroupsPolicy: 'Strict' } }, field: 'Policy' },
    { spec: { containers: [{ ...app, lifecycle: { stopSignal: 'SIGUSR1' } }] }, field: 'stopSignal' },
    { spec: { containers: [app], volumes: [{ name: 'x', image: { reference: 'x:1' } }] }, field: 'volumes[0].image' },
  ])('has no sandbox when the runtime cannot honour its $field', async ({ spec, field }) => {
    const { runtime, sandboxes, call, close } = await startedWithoutRuntime();
    try {
      const prepared = podOf(spec);
      const made = runtime.runPodSandbox(sandboxOf(prepared), call);
      await expect(made).rejects.toThrow(field);
      await expect(made).rejects.toBeInstanceOf(InvalidInput);
      expect(sandboxes.size).toBe(0);
    } finally {
      await close();
    }
  });
});

describe('looks at the runtime', () => {
  it('ask for the status of what has changed only', async () => {
    await running();
    const statuses = (): number => host.fake.calls.filter((name) => name === 'ContainerStatus').length;
    await host.runtime.listContainers({}, host.call);
    const before = statuses();
    await host.runtime.listContainers({}, host.call);
    await host.runtime.listContainers({}, host.call);
    expect(statuses()).toBe(before);
  });

  it('at a container that was just started are one question, and give what a listing would', async () => {
    const { prepared, id } = await running();
    const filter = { podUid: prepared.ownership.uid, containerIds: [id] };
    const before = host.fake.calls.length;
    const asked = await host.runtime.listContainers(filter, host.call);
    expect(host.fake.calls.slice(before)).toEqual(['ContainerStatus']);
    expect(asked).toMatchObject([{ id, state: 'running', startedAt: expect.any(Number) }]);
    const other = await host.anotherProcess();
    expect(await other.listContainers({ podUid: filter.podUid }, host.call)).toEqual(asked);
  });

  it('at a container that was just started do not show it when it is gone', async () => {
    const { prepared, id } = await running();
    host.fake.containers.delete(id);
    const filter = { podUid: prepared.ownership.uid, containerIds: [id] };
    expect(await host.runtime.listContainers(filter, host.call)).toEqual([]);
  });

  it('at containers that another process has created are a listing', async () => {
    const { prepared, id } = await running();
    const filter = { podUid: prepared.ownership.uid, containerIds: [id] };
    const other = await host.anotherProcess();
    const before = host.fake.calls.length;
    expect(await other.listContainers(filter, host.call)).toMatchObject([{ id, state: 'running' }]);
    expect(host.fake.calls.slice(before)).toContain('ListContainers');
  });

  it('ask for the addresses of a sandbox once, also where it has none because it is in the network of the host', async () => {
    await running();
    await running({ containers: [app], hostNetwork: true });
    const statuses = (): number => host.fake.calls.filter((name) => name === 'PodSandboxStatus').length;
    const before = statuses();
    for (let look = 0; look < 3; look++) {
      const listed = await host.runtime.listPodSandbox({}, host.call);
      expect(listed.map(({ ips }) => ips.length)).toEqual([1, 0]);
    }
    expect(statuses()).toBe(before);
  });

  it('tell the exit code of a container that has ended', async () => {
    const { id } = await running();
    const container = host.fake.containers.get(id);
    if (container === undefined) throw new Error('there is no container');
    await host.runtime.listContainers({}, host.call);
    host.fake.exit(container, 42);
    expect(await host.runtime.listContainers({}, host.call)).toMatchObject([
      { state: 'exited', exitCode: 42, reason: 'Error' },
    ]);
  });
});

describe('a container gets', () => {
  it('its variables, the hosts file and a file for its last words, which is read back', async () => {
    const { id, prepared } = await running();
    const config = host.fake.containers.get(id)?.config;
    expect(config?.envs).toMatchObject([{ key: 'A', value: Buffer.from('b') }]);
    const mounted = (path: string): string =>
      config?.mounts.find((mount) => mount.containerPath === path)?.hostPath ?? '';
    expect(await readFile(mounted('/etc/hosts'), 'utf8')).toBe('127.0.0.1\tlocalhost\n');
    await writeFile(mounted('/dev/termination-log'), 'last words');
    const [run] = await host.runtime.listContainers({}, host.call);
    if (run === undefined) throw new Error('there is no run');
    expect(await host.runtime.readTerminationMessage(run, '', 5)).toBe('words');
    await host.runtime.removePodSandbox(run.sandboxId, host.call);
    await host.runtime.removePodData(prepared.ownership, host.call);
    expect(await host.runtime.readTerminationMessage(run, '', 5)).toBeUndefined();
    expect(await host.runtime.listPodData({})).toEqual([]);
  });

  it('the user of its image, and is refused when it must not be root', async () => {
    host.fake.images.set('app:1', { id: 'sha256:1', uid: 0n, username: '' });
    const prepared = podOf({ containers: [app], securityContext: { runAsNonRoot: true } });
    await host.runtime.preparePod(prepared, host.call);
    const { id } = await host.runtime.runPodSandbox(sandboxOf(prepared), host.call);
    const made = host.runtime.createContainer(id, containerOf(prepared, app), host.call);
    await expect(made).rejects.toBeInstanceOf(InvalidInput);
    expect(host.fake.containers.size).toBe(0);
  });

  it('its files beside its sandbox, and from a process that has not made them as well', async () => {
    const prepared = podOf({ containers: [app] });
    await host.runtime.preparePod(prepared, host.call);
    const { id } = await host.runtime.runPodSandbox(sandboxOf(prepared), host.call);
    const directory = join(host.directory, 'root', 'node-a', 'pods', prepared.ownership.uid, 'containers', 'app');
    expect(await readdir(directory)).toEqual(['0.termination']);
    await rm(directory, { recursive: true });
    const later = await host.anotherProcess();
    await later.createContainer(id, containerOf(prepared, app), host.call);
    expect(await readdir(directory)).toEqual(['0.termination']);
  });

  it('its log where log collectors look for it', async () => {
    const { sandbox } = await running();
    const path = join(host.directory, 'logs', `default_pod_${sandbox.ref.uid}`, 'app', '0.log');
    expect(await readFile(path, 'utf8')).toContain('stdout F app runs');
    const [run] = await host.runtime.listContainers({}, host.call);
    if (run === undefined) throw new Error('there is no run');
    await host.runtime.removeContainer(run.id, host.call);
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });
});

describe('devices of the configuration', () => {
  const gpu = { name: 'app', image: 'app:1', resources: { limits: { 'example.com/gpu': '1' } } };
  const other = { ...gpu, name: 'other' };

  beforeEach(async () => {
    await host.close();
    host = await startFakeHost({ devices: { 'example.com/gpu': ['example.com/gpu=0'] } });
  });

  it('are given by their CDI names, each to one container, also after a restart', async () => {
    const { id, prepared, sandbox } = await running({ containers: [gpu, other] });
    expect(host.fake.containers.get(id)?.config.CDIDevices).toEqual([{ name: 'example.com/gpu=0' }]);
    const again = await host.anotherProcess();
    await expect(again.createContainer(sandbox.id, containerOf(prepared, other), host.call)).rejects.toThrow(
      '1 are wanted and 0 are free',
    );
    await again.createContainer(sandbox.id, containerOf(prepared, gpu, 1), host.call);
    await again.releasePod(prepared.ownership, host.call);
    await again.createContainer(sandbox.id, containerOf(prepared, other), host.call);
  });
});

describe('devices of a pod that ended while the process was away', () => {
  const gpu = { name: 'app', image: 'app:1', resources: { limits: { 'example.com/gpu': '1' } } };

  it('are free', async () => {
    await host.close();
    host = await startFakeHost({ devices: { 'example.com/gpu': ['example.com/gpu=0'] } });
    const { sandbox } = await running({ containers: [gpu] });
    await host.runtime.stopPodSandbox(sandbox.id, host.call);
    const again = await host.anotherProcess();
    const next = podOf({ containers: [gpu] }, 'next');
    await again.preparePod(next, host.call);
    const { id } = await again.runPodSandbox(sandboxOf(next), host.call);
    const container = await again.createContainer(id, containerOf(next, gpu), host.call);
    expect(host.fake.containers.get(container)?.config.CDIDevices).toEqual([{ name: 'example.com/gpu=0' }]);
  });
});

it('a pod that another process made ready is not resized before this one has made it ready', async () => {
  const { id, sandbox } = await running();
  const again = await host.anotherProcess();
  const words = 'was not made ready by this process';
  await expect(again.updateContainerResources(id, {}, host.call)).rejects.toThrow(words);
  const whole = { resources: {}, overhead: {} };
  await expect(again.updatePodSandboxResources(sandbox.id, whole, host.call)).rejects.toThrow(words);
  await expect(again.updateContainerResources('none', {}, host.call)).rejects.toThrow('container none is not there');
});

describe('a runtime that is not well', () => {
  it('says why, in its own words', async () => {
    const network = {
      type: 'NetworkReady',
      status: false,
      reason: 'NetworkPluginNotReady',
      message: 'cni plugin not initialized',
    };
    host.fake.conditions.splice(1, 1, network);
    await expect(host.runtime.status(host.call)).rejects.toThrow(
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized',
    );
  });

  it('that is gone is said to be unreachable, and is found again when it is back', async () => {
    const { sandbox } = await running();
    await host.fake.stop();
    await expect(host.runtime.status(host.call)).rejects.toThrow(/No connection|ECONN|ENOENT/u);
    await host.fake.start(host.config.endpoint);
    await host.runtime.status(host.call);
    expect(await host.runtime.listPodSandbox({}, host.call)).toEqual([sandbox]);
  });
});

it('changes are told by pod, beginning with those that are there', async () => {
  const { sandbox, id } = await running();
  const told: [string, RuntimeChange | undefined][] = [];
  const leaving = new AbortController();
  const following = host.runtime.containerEvents((uid, change) => told.push([uid, change]), {
    ...host.call,
    signal: leaving.signal,
  });
  await expect.poll(() => told).toEqual([[sandbox.ref.uid, undefined]]);
  const container = host.fake.containers.get(id);
  if (container === undefined) throw new Error('there is no container');
  host.fake.exit(container, 1);
  await expect.poll(() => told.slice(1)).toEqual([[sandbox.ref.uid, { id, state: 'exited' }]]);
  leaving.abort(new Error('the test is over'));
  await following;
});
