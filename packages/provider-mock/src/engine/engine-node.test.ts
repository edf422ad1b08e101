import { NotFound, podRefOf, silentLogger } from '@vk/node/provider';
import type {
  CallContext,
  ContainerStatus,
  Pod,
  PodEvent,
  PodStatus,
  PreparedPod,
  PreparedVolume,
  Provider,
} from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { apiPod, createTestContext, preparedPod } from '@vk/provider-testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { annotationPrefix } from '../behaviour-table.ts';
import { mockConfigSchema } from '../config.ts';
import { MockBackend } from '../mock-backend.ts';
import { collector, noSizes, streamOf } from '../testing/test-container.ts';
import { createEngineNode } from './engine-node.ts';

const owner = { clusterId: 'cluster', nodeName: 'vk' };
const call: CallContext = { signal: new AbortController().signal, log: silentLogger };
const started: Provider[] = [];

afterEach(async () => {
  for (const provider of started.splice(0)) await provider.close?.();
});

interface World {
  readonly clock: FakeClock;
  readonly provider: Required<Provider>;
  readonly events: PodEvent[];
  /** The pod some time later. */
  look(milliseconds?: number): Promise<PodStatus>;
  /** A container of it, of whichever kind. */
  container(name: string): Promise<ContainerStatus | undefined>;
  exec(container: string, script: string): Promise<string>;
}

async function podOf(
  spec: NonNullable<Pod['spec']>,
  behaviour: Readonly<Record<string, string>> = {},
): Promise<World & { readonly prepared: PreparedPod }> {
  const clock = new FakeClock();
  const events: PodEvent[] = [];
  const backend = await MockBackend.open({});
  const context = createTestContext(mockConfigSchema.parse({ engine: true }), {
    ...owner,
    clock,
    recordEvent: (_ref, event) => events.push(event),
  });
  const provider = createEngineNode(context, backend) as Required<Provider>;
  started.push(provider);
  const annotations = Object.fromEntries(
    Object.entries(behaviour).map(([key, value]) => [annotationPrefix + key, value]),
  );
  const prepared = preparedPod(apiPod({ metadata: { annotations }, spec }, { ...owner, name: 'web-0' }), owner);
  const ref = podRefOf(prepared.pod);
  await provider.createPod(prepared, call);
  const look = async (milliseconds = 0): Promise<PodStatus> => {
    await clock.advance(milliseconds);
    return (await provider.getPod(ref, call))?.status ?? {};
  };
  await look(1);
  return {
    clock,
    provider,
    events,
    prepared,
    look,
    container: async (name) => {
      const { containerStatuses = [], initContainerStatuses = [] } = await look();
      return [...containerStatuses, ...initContainerStatuses].find((status) => status.name === name);
    },
    exec: async (container, script) => {
      const output = collector();
      const io = { stdout: output.stream, tty: false, resizes: noSizes() };
      const { exitCode } = await provider.runInContainer(ref, container, ['sh', '-c', script], io, call);
      return `${output.text()}${exitCode}`;
    },
  };
}

const app = { name: 'app', image: 'app:1' };
const second = 1_000;

describe('a mock pod on the pod engine', () => {
  it('does not get an image that another pod of the node pulled with a Secret, and pulls it anew', async () => {
    const clock = new FakeClock();
    const events: string[] = [];
    const backend = await MockBackend.open({});
    const secret = { namespace: 'default', name: 'pull', uid: 'pull-uid' };
    const start = async (name: string, isOwner: boolean): Promise<string[]> => {
      const context = createTestContext(mockConfigSchema.parse({ engine: true }), {
        ...owner,
        clock,
        recordEvent: (ref, { reason }) => ref.name === name && events.push(reason),
        getImageCredentials: async () => (isOwner ? [{ registry: 'registry.example', password: 'p', secret }] : []),
      });
      const provider = createEngineNode(context, backend);
      started.push(provider);
      const image = 'registry.example/app:1';
      const spec = { containers: [{ name: 'app', image, imagePullPolicy: 'IfNotPresent' }] };
      events.length = 0;
      await provider.createPod(preparedPod(apiPod({ spec }, { ...owner, name }), owner), call);
      await clock.advance(1);
      return events.slice(0, 2);
    };
    expect(await start('first', true)).toEqual(['Pulling', 'Pulled']);
    expect(await start('second', true)).toEqual(['Pulled', 'Created']);
    expect(await start('third', false)).toEqual(['Pulling', 'Pulled']);
  });

  it('runs, with the events of a kubelet', async () => {
    const world = await podOf({ containers: [app] });
    expect(await world.look()).toMatchObject({ phase: 'Running', podIP: '10.0.0.1' });
    expect(world.events.map(({ reason }) => reason)).toEqual(['Pulling', 'Pulled', 'Created', 'Started']);
  });

  it('runs its init containers one after the other before the rest', async () => {
    const initContainers = [
      { name: 'first', image: 'a' },
      { name: 'second', image: 'b' },
    ];
    const world = await podOf(
      { containers: [app], initContainers },
      { 'run-time.first': '5s', 'run-time.second': '5s' },
    );
    expect((await world.container('first'))?.state).toHaveProperty('running');
    expect((await world.container('second'))?.state).toHaveProperty('waiting');
    await world.look(6 * second);
    expect((await world.container('second'))?.state).toHaveProperty('running');
    expect((await world.look(6 * second)).phase).toBe('Running');
  });

  it('an exec probe asks its file system: liveness starts it anew, with a new file system', async () => {
    const livenessProbe = { exec: { command: ['cat', '/tmp/healthy'] }, periodSeconds: 5, failureThreshold: 1 };
    const lifecycle = { postStart: { exec: { command: ['touch', '/tmp/healthy'] } } };
    const world = await podOf({ containers: [{ ...app, livenessProbe, lifecycle }] });
    await world.look(30 * second);
    expect(await world.container('app')).toMatchObject({ restartCount: 0, state: { running: {} } });
    expect(await world.exec('app', 'echo kept > /tmp/f; rm /tmp/healthy')).toBe('0');
    await world.look(10 * second);
    expect(await world.container('app')).toMatchObject({ restartCount: 1, state: { running: {} } });
    expect(await world.exec('app', 'ls /tmp')).toBe('healthy\n0');
    expect(world.events.map(({ reason }) => reason)).toContain('Unhealthy');
  });

  it.each([
    ['/', true],
    ['/status/503', false],
  ])('an HTTP probe of %s is answered by the pod itself', async (path, ready) => {
    const readinessProbe = { httpGet: { path, port: 8080 }, periodSeconds: 1 };
    const world = await podOf({ containers: [{ ...app, readinessProbe }] });
    await world.look(5 * second);
    expect((await world.container('app'))?.ready).toBe(ready);
  });

  it('a TCP probe of a port with nothing behind it fails with the words of a refused connection', async () => {
    const readinessProbe = { tcpSocket: { port: 5432 }, periodSeconds: 1 };
    const world = await podOf({ containers: [{ ...app, readinessProbe }] });
    await world.look(3 * second);
    expect((await world.container('app'))?.ready).toBe(false);
    expect(world.events.at(-1)?.message).toBe(
      'Readiness probe failed: dial tcp 10.0.0.1:5432: connect: connection refused',
    );
  });

  it('a hook over HTTP reaches the pod itself, and one that does not kills the container', async () => {
    const hook = (port: number): object => ({ lifecycle: { postStart: { httpGet: { port } } } });
    const good = await podOf({ containers: [{ ...app, ...hook(80) }] });
    expect(await good.container('app')).toMatchObject({ restartCount: 0, state: { running: {} } });
    const bad = await podOf({ containers: [{ ...app, ...hook(81) }] });
    await bad.look(second);
    expect(bad.events.map(({ reason }) => reason)).toContain('FailedPostStartHook');
  });

  it('crashes again and again with the waits of a kubelet, its log by run', async () => {
    const world = await podOf({ containers: [app] }, { 'run-time': '1s', 'exit-code': '3', stdout: 'line' });
    await world.look(8 * second);
    expect(await world.container('app')).toMatchObject({
      restartCount: 1,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    });
  });

  it('is out of memory as its annotation says', async () => {
    const world = await podOf({ containers: [app], restartPolicy: 'Never' }, { oom: 'true' });
    expect(await world.look(second)).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
    });
  });

  it('a stubborn process is killed at the end of its grace', async () => {
    const world = await podOf({ containers: [app] }, { 'delete-delay': '1m' });
    await world.provider.deletePod(podRefOf(world.prepared.pod), { gracePeriodSeconds: 10 }, call);
    expect((await world.look(9 * second)).containerStatuses?.[0]?.state).toHaveProperty('running');
    expect(await world.look(2 * second)).toMatchObject({
      containerStatuses: [{ state: { terminated: { exitCode: 137 } } }],
    });
  });

  it('waits for its start delay in ContainerCreating', async () => {
    const world = await podOf({ containers: [app] }, { 'start-delay': '10s' });
    expect(await world.container('app')).toMatchObject({ state: { waiting: { reason: 'ContainerCreating' } } });
    await world.look(11 * second);
    expect((await world.look()).phase).toBe('Running');
  });

  it("runs the container's own command, whose end and last words are the container's", async () => {
    const command = ['sh', '-c', 'echo working; echo because > /dev/termination-log; exit 4'];
    const world = await podOf(
      { containers: [{ ...app, command }], restartPolicy: 'Never' },
      { 'main-process': 'command' },
    );
    expect(await world.look(second)).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 4, reason: 'Error', message: 'because\n' } } }],
    });
    const ref = podRefOf(world.prepared.pod);
    const log = collector();
    const writer = log.stream.getWriter();
    const options = { follow: false, previous: false };
    for await (const { bytes } of world.provider.getContainerLogs(ref, 'app', options, call)) await writer.write(bytes);
    expect(log.text()).toBe('working\n');
  });

  it('a command that sleeps ends when it is told to', async () => {
    const world = await podOf(
      { containers: [{ ...app, command: ['sleep', 'infinity'] }] },
      { 'main-process': 'command' },
    );
    await world.provider.deletePod(podRefOf(world.prepared.pod), { gracePeriodSeconds: 30 }, call);
    expect(await world.look(1)).toMatchObject({ containerStatuses: [{ state: { terminated: { exitCode: 143 } } }] });
  });

  it('a command reads what is attached to it', async () => {
    const container = { ...app, command: ['cat'], stdin: true, stdinOnce: true };
    const world = await podOf({ containers: [container], restartPolicy: 'Never' }, { 'main-process': 'command' });
    const output = collector();
    const io = { stdin: streamOf('typed\n'), stdout: output.stream, tty: false, resizes: noSizes() };
    await world.provider.attachToContainer(podRefOf(world.prepared.pod), 'app', io, call);
    expect(output.text()).toBe('typed\n');
    expect((await world.look(1)).phase).toBe('Succeeded');
  });

  it('the end of a shell that is attached to is the end of its container', async () => {
    const world = await podOf({ containers: [{ ...app, stdin: true, tty: true }], restartPolicy: 'Never' });
    const output = collector();
    const io = { stdin: streamOf('echo hello\nexit 3\n'), stdout: output.stream, tty: false, resizes: noSizes() };
    await world.provider.attachToContainer(podRefOf(world.prepared.pod), 'app', io, call);
    expect(output.text()).toBe('hello\n');
    expect(await world.look(1)).toMatchObject({ containerStatuses: [{ state: { terminated: { exitCode: 3 } } }] });
  });

  it('containers of a pod share its volumes, which outlive their runs', async () => {
    const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
    const containers = [app, { name: 'other', image: 'b' }].map((container) => ({ ...container, volumeMounts }));
    const world = await podOf({ containers, volumes: [{ name: 'shared', emptyDir: {} }] }, { 'run-time.app': '10s' });
    expect(await world.exec('app', 'echo from app > /shared/f')).toBe('0');
    await world.look(11 * second);
    expect([await world.exec('other', 'cat /shared/f'), await world.exec('app', 'cat /shared/f')]).toEqual([
      'from app\n0',
      'from app\n0',
    ]);
  });

  it('volumes from the API follow the pod, and nothing of it is left when it is removed', async () => {
    const volumeMounts = [{ name: 'conf', mountPath: '/conf' }];
    const world = await podOf({ containers: [{ ...app, volumeMounts }], volumes: [{ name: 'conf' }] });
    const volume = (text: string): PreparedVolume => ({
      name: 'conf',
      kind: 'configMap',
      files: () => [{ path: 'level', mode: 0o644, content: Buffer.from(text), secret: false }],
      subscribe: () => undefined,
    });
    await world.provider.updatePod({ ...world.prepared, volumes: [volume('info')] }, world.prepared, call);
    await world.look(1);
    expect(await world.exec('app', 'cat /conf/level')).toBe('info0');
    await world.provider.updatePod({ ...world.prepared, volumes: [volume('debug')] }, world.prepared, call);
    await world.look(1);
    expect(await world.exec('app', 'cat /conf/level')).toBe('debug0');
    const ref = podRefOf(world.prepared.pod);
    await world.provider.deletePod(ref, { gracePeriodSeconds: 0 }, call);
    await world.look(1);
    await world.provider.removePod(ref, call);
    expect(await world.provider.getPods(call)).toEqual([]);
  });

  it('has figures for what runs', async () => {
    const world = await podOf({ containers: [app] }, { 'cpu-usage': '1' });
    await world.look(100 * second);
    const { pods, node } = await world.provider.getStatsSummary(call);
    expect(pods.map(({ containers }) => containers.map(({ name }) => name))).toEqual([['app']]);
    expect(node.cpu?.usageCoreNanoSeconds).toBeGreaterThan(pods[0]?.cpu?.usageCoreNanoSeconds ?? Number.NaN);
  });

  it('nothing runs in a container that has ended', async () => {
    const world = await podOf({ containers: [app], restartPolicy: 'Never' }, { 'exit-code': '0' });
    await expect(world.exec('app', 'true')).rejects.toThrow(NotFound);
  });

  it('refuses behaviour that the pod engine decides', async () => {
    const { provider, prepared } = await podOf({ containers: [app] });
    const annotations = { [`${annotationPrefix}lost-after`]: '1s', [`${annotationPrefix}delete-delay`]: 'never' };
    const pod = { ...prepared.pod, metadata: { ...prepared.pod.metadata, annotations } };
    expect(provider.refuse(pod).map(({ field }) => field)).toEqual([
      `metadata.annotations[${annotationPrefix}lost-after]`,
      `metadata.annotations[${annotationPrefix}delete-delay]`,
    ]);
  });
});
