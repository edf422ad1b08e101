import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { end, serve } from './container-commands.ts';
import { findRuntime } from './find-runtime.ts';
import { busyboxImage as image, nonrootImage } from './containerd/local-images.ts';
import { reportRuntime } from './report-runtime.ts';
import { patience, startRuntimeWorld, type ApiPod, type RuntimeWorld } from './runtime-world.ts';
import { readLogs, runCommand } from './provider-calls.ts';

const programs = findRuntime();
reportRuntime('pods', programs);

const isRunning = ({ status }: ApiPod): boolean =>
  status?.phase === 'Running' && status.containerStatuses?.every(({ ready }) => ready) === true;
const statusOf = (
  pod: ApiPod,
  name: string,
): NonNullable<NonNullable<ApiPod['status']>['containerStatuses']>[number] => {
  const all = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const found = all.find((status) => status.name === name);
  if (found === undefined) throw new Error(`there is no status of ${name}`);
  return found;
};

describe.skipIf(!('found' in programs))('pods on a real container runtime', { timeout: 200_000 }, () => {
  let world: RuntimeWorld;
  beforeAll(async () => {
    if ('found' in programs) world = await startRuntimeWorld(programs.found);
  }, 120_000);
  afterAll(async () => {
    await world?.close();
  }, 60_000);

  it('the node is this host, with the version of the runtime', async () => {
    const { status } = await world.cluster.client.json<{
      status: { nodeInfo: Record<string, string>; capacity: Record<string, string>; images: object[] };
    }>('GET', '/api/v1/nodes/runtime-a');
    expect(status.nodeInfo['containerRuntimeVersion']).toMatch(new RegExp(`^${world.runtime.name}://v?\\d`, 'u'));
    expect(Number(status.capacity['cpu'])).toBeGreaterThan(0);
    expect(status.capacity['pods']).toBe('110');
    expect(status.images.length).toBeGreaterThan(0);
  });

  it('a pod with an init container and a sidecar runs, in that order, with an address of its own', async () => {
    await world.createPod('several', {
      initContainers: [
        { name: 'first', image, command: end('first', 0) },
        { name: 'sidecar', image, restartPolicy: 'Always', command: serve('sidecar') },
      ],
      containers: [
        { name: 'one', image, command: serve('one') },
        { name: 'two', image, command: serve('two') },
      ],
    });
    const pod = await world.podBecomes('several', 'running', isRunning);
    expect(pod.status?.podIP).toMatch(/^10\.213\./u);
    expect(statusOf(pod, 'first').state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(statusOf(pod, 'sidecar').state?.running).toBeDefined();
    const started = (name: string): number => {
      const { state } = statusOf(pod, name);
      return Date.parse(state?.running?.startedAt ?? state?.terminated?.startedAt ?? '');
    };
    expect(started('first')).toBeLessThanOrEqual(started('sidecar'));
    expect(started('sidecar')).toBeLessThanOrEqual(started('one'));
    expect(await readLogs(world, pod, 'first')).toBe('first\n');
    expect(await readLogs(world, pod, 'two')).toBe('two\n');
  });

  it('a command in a container gets its input to the end, and gives its output and exit code', async () => {
    const pod = await world.podBecomes('several', 'running', isRunning);
    const result = await runCommand(world, pod, 'one', ['sh', '-c', 'cat; echo said >&2; exit 3'], 'typed\n');
    expect(result).toEqual({ exitCode: 3, stdout: 'typed\n', stderr: 'said\n' });
  });

  it('the hosts file names the pod, and the host name is its name', async () => {
    const pod = await world.podBecomes('several', 'running', isRunning);
    const { stdout } = await runCommand(world, pod, 'one', ['sh', '-c', 'hostname; cat /etc/hosts'], '');
    expect(stdout).toContain('several\n# Kubernetes-managed hosts file.');
    expect(stdout).toContain(`${pod.status?.podIP}\tseveral`);
  });

  it('a container that ends is started again, and the log before is kept', async () => {
    await world.createPod('restarting', {
      containers: [
        {
          name: 'app',
          image,
          command: [
            'sh',
            '-c',
            'echo run; echo failed > /dev/termination-log; [ -f /keep/x ] && sleep 3600; touch /keep/x; exit 7',
          ],
          volumeMounts: [{ name: 'keep', mountPath: '/keep' }],
        },
      ],
      volumes: [{ name: 'keep', emptyDir: {} }],
    });
    const pod = await world.podBecomes(
      'restarting',
      'running again',
      (seen) => isRunning(seen) && statusOf(seen, 'app').restartCount === 1,
    );
    expect(statusOf(pod, 'app').lastState?.terminated).toMatchObject({
      exitCode: 7,
      reason: 'Error',
      message: 'failed\n',
    });
    expect(await readLogs(world, pod, 'app', { previous: true })).toBe('run\n');
    await world.deletePod('restarting', 0);
    await world.podIsGone('restarting');
  });

  it('a pod that is never restarted keeps its exit codes', async () => {
    await world.createPod('finished', {
      restartPolicy: 'Never',
      containers: [
        { name: 'good', image, command: end('good', 0) },
        { name: 'bad', image, command: end('bad', 42) },
      ],
    });
    const pod = await world.podBecomes('finished', 'failed', ({ status }) => status?.phase === 'Failed');
    expect(statusOf(pod, 'good').state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(statusOf(pod, 'bad').state?.terminated).toMatchObject({ exitCode: 42, reason: 'Error' });
    expect(await readLogs(world, pod, 'bad')).toBe('bad\n');
    await world.deletePod('finished');
    await world.podIsGone('finished');
  });

  it('a pod that must not run as root does not, and says why', async () => {
    await world.createPod('root', {
      securityContext: { runAsNonRoot: true },
      containers: [
        { name: 'app', image, command: serve('never') },
        { name: 'other', image: nonrootImage, command: serve('runs') },
      ],
    });
    const waiting = (seen: ApiPod): string => statusOf(seen, 'app').state?.waiting?.reason ?? '';
    const pod = await world.podBecomes('root', 'waiting', (seen) => waiting(seen) === 'CreateContainerConfigError');
    expect(statusOf(pod, 'app').state?.waiting?.message).toContain('image will run as root');
    const running = await world.podBecomes('root', 'partly running', (seen) => statusOf(seen, 'other').ready);
    expect((await runCommand(world, running, 'other', ['id', '-u'], '')).stdout).toBe('1234\n');
    await world.deletePod('root', 0);
    await world.podIsGone('root');
  });

  it('a pod with a field that cannot be honoured is refused before it has a sandbox', async () => {
    await world.createPod('refused', { hostUsers: false, containers: [{ name: 'app', image }] });
    const pod = await world.podBecomes('refused', 'refused', ({ status }) => (status?.message ?? '') !== '');
    expect(pod.status?.message).toContain('spec.hostUsers');
    await expect
      .poll(() => world.eventsOf('refused'), patience)
      .toContainEqual(expect.stringContaining('spec.hostUsers'));
    const uids = (await world.runtime.containers()).map(({ labels }) => labels['io.kubernetes.pod.uid']);
    expect(uids).not.toContain(pod.metadata.uid);
    await world.deletePod('refused', 0);
    await world.podIsGone('refused');
  });

  it('a new process adopts what runs, and starts nothing twice', async () => {
    const before = await world.podBecomes('several', 'running', isRunning);
    // The pods of the tests before have gone from the runtime too.
    await expect.poll(async () => (await world.provider().getPods(world.call)).length, { timeout: 60_000 }).toBe(1);
    await world.restartNode();
    const after = await world.podBecomes('several', 'running', isRunning);
    const ids = (pod: ApiPod): unknown[] => pod.status?.containerStatuses?.map(({ containerID }) => containerID) ?? [];
    expect(ids(after)).toEqual(ids(before));
    expect(await readLogs(world, after, 'one')).toBe('one\n');
  });

  it('a container runtime that is killed and started again keeps the pods, and the node goes on', async () => {
    const before = await world.podBecomes('several', 'running', isRunning);
    await world.runtime.restart();
    // It takes connections a moment before it answers for containers.
    const { stdout } = await vi.waitFor(() => runCommand(world, before, 'one', ['echo', 'back'], ''), patience);
    expect(stdout).toBe('back\n');
    await world.createPod('later', { containers: [{ name: 'app', image, command: serve('later') }] });
    await world.podBecomes('later', 'running', isRunning);
    const after = await world.podBecomes('several', 'running', isRunning);
    expect(after.status?.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0, 0]);
  });

  it('a pod that is deleted is told to stop, and leaves nothing behind', async () => {
    await world.podBecomes('several', 'running', isRunning);
    await world.deletePod('several');
    await world.podIsGone('several');
    await world.deletePod('later');
    await world.podIsGone('later');
    await expect.poll(() => world.runtime.ids(), { timeout: 150_000 }).toEqual([]);
    for (const folder of ['logs', 'root/runtime-a/pods', 'root/runtime-a/volumes/pods']) {
      const path = join(world.runtime.directory, folder);
      await expect.poll(() => readdir(path), { timeout: 150_000 }).toEqual([]);
    }
  });
});
