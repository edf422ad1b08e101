import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidInput, NotFound, podRefOf, RetryAfter, silentLogger, Terminal } from '@vk/node/provider';
import type { BackendPod, CallContext, GonePod, Pod, PodStatus, PreparedPod, Provider } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { apiPod, createTestContext, preparedPod } from '@vk/provider-testkit';
import { describe, expect, it } from 'vitest';
import { annotationPrefix } from './behaviour-table.ts';
import { mockConfigSchema } from './config.ts';
import { MockBackend } from './mock-backend.ts';
import { createMockNode } from './mock-node.ts';

const owner = { clusterId: 'cluster', nodeName: 'vk' };

function call(signal: AbortSignal = new AbortController().signal): CallContext {
  return { signal, log: silentLogger };
}

interface Started {
  readonly clock: FakeClock;
  readonly provider: Provider;
  readonly backend: MockBackend;
}

async function start(config: unknown = {}, clock: FakeClock = new FakeClock()): Promise<Started> {
  const settings = mockConfigSchema.parse(config);
  const backend = await MockBackend.open({ stateFile: settings.stateFile });
  return { clock, backend, provider: createMockNode(createTestContext(settings, { ...owner, clock }), backend) };
}

function podThat(
  behaviour: Readonly<Record<string, string>>,
  spec: Partial<NonNullable<Pod['spec']>> = {},
): PreparedPod {
  const annotations = Object.entries(behaviour).map(([key, value]) => [annotationPrefix + key, value]);
  const template = {
    metadata: { annotations: Object.fromEntries(annotations) as Record<string, string> },
    spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
  };
  const name = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 8);
  return preparedPod(apiPod(template, { ...owner, name }), owner);
}

async function statusOf(provider: Provider, { pod }: PreparedPod): Promise<PodStatus | undefined> {
  return (await provider.getPod(podRefOf(pod), call()))?.status;
}

/** Creates a pod and gives a way to look at it after some time. */
async function created(
  started: Started,
  prepared: PreparedPod,
): Promise<(milliseconds?: number) => Promise<PodStatus>> {
  await started.provider.createPod(prepared, call());
  return async (milliseconds = 0) => {
    await started.clock.advance(milliseconds);
    const status = await statusOf(started.provider, prepared);
    if (status === undefined) throw new Error('the pod is absent');
    return status;
  };
}

describe('a pod of the mock', () => {
  it('runs at once, with an address of its own and that of its node', async () => {
    const look = await created(await start(), podThat({}));
    expect(await look()).toEqual({
      phase: 'Running',
      startTime: '2026-01-01T00:00:00Z',
      hostIP: '192.0.2.10',
      hostIPs: [{ ip: '192.0.2.10' }],
      podIP: '10.0.0.1',
      podIPs: [{ ip: '10.0.0.1' }],
      containerStatuses: [
        {
          name: 'app',
          image: 'app:1',
          imageID: '',
          containerID: expect.stringMatching(/^mock:\/\/[0-9a-f-]+\/app\/0$/u) as string,
          restartCount: 0,
          ready: true,
          started: true,
          state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
        },
      ],
    });
  });

  it('waits in Pending for its start delay, and is ready some time after it runs', async () => {
    const look = await created(await start(), podThat({ 'start-delay': '2s', 'ready-after': '3s' }));
    const pending = await look();
    expect(pending).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } }, ready: false }],
    });
    expect(pending.podIP).toBeUndefined();
    expect(await look(2_000)).toMatchObject({ phase: 'Running', containerStatuses: [{ ready: false, started: true }] });
    expect(await look(3_000)).toMatchObject({ phase: 'Running', containerStatuses: [{ ready: true }] });
  });

  it('fails with its exit code after its run time under Never, and stays failed', async () => {
    const look = await created(
      await start(),
      podThat({ 'run-time': '5s', 'exit-code': '3' }, { restartPolicy: 'Never' }),
    );
    expect((await look(4_999)).phase).toBe('Running');
    const failed = await look(1);
    expect(failed).toMatchObject({
      phase: 'Failed',
      containerStatuses: [
        {
          ready: false,
          state: {
            terminated: {
              exitCode: 3,
              reason: 'Error',
              startedAt: '2026-01-01T00:00:00Z',
              finishedAt: '2026-01-01T00:00:05Z',
            },
          },
        },
      ],
    });
    expect(await look(86_400_000)).toEqual(failed);
  });

  it('succeeds with exit code 0 under OnFailure', async () => {
    const look = await created(await start(), podThat({ 'run-time': '1s' }, { restartPolicy: 'OnFailure' }));
    expect((await look(1_000)).phase).toBe('Succeeded');
  });

  it('an OOM kill is 137 and OOMKilled', async () => {
    const look = await created(await start(), podThat({ oom: 'true' }, { restartPolicy: 'Never' }));
    expect(await look()).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
    });
  });

  it('under Always it comes into CrashLoopBackOff, with the last run in lastState, and out of it again', async () => {
    const look = await created(await start(), podThat({ 'run-time': '1s', 'exit-code': '1' }));
    await look(1_000);
    expect(await look(1_000)).toMatchObject({
      phase: 'Running',
      containerStatuses: [
        {
          restartCount: 1,
          state: {
            waiting: {
              reason: 'CrashLoopBackOff',
              message: expect.stringMatching(
                /^back-off 10s restarting failed container=app pod=[0-9a-f]+_default\(.+\)$/u,
              ) as string,
            },
          },
          lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-01-01T00:00:02Z' } },
        },
      ],
    });
    expect(await look(10_000)).toMatchObject({
      containerStatuses: [{ restartCount: 2, state: { running: { startedAt: '2026-01-01T00:00:12Z' } } }],
    });
  });

  it('has its init containers Completed and its sidecars running, which end with it', async () => {
    const started = await start();
    const initContainers = [
      { name: 'setup', image: 'setup:1' },
      { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' },
    ];
    const look = await created(started, podThat({ 'run-time': '1s' }, { restartPolicy: 'Never', initContainers }));
    expect(await look()).toMatchObject({
      initContainerStatuses: [
        { name: 'setup', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
        { name: 'proxy', state: { running: {} } },
      ],
    });
    expect(await look(1_000)).toMatchObject({
      phase: 'Succeeded',
      initContainerStatuses: [{ name: 'setup' }, { name: 'proxy', state: { terminated: { exitCode: 0 } } }],
    });
  });

  it('draws from a range by seed and name: the same seed gives the same run, another one another', async () => {
    const prepared = podThat({ 'start-delay': '1s-1h' });
    const begins = async (seed: string): Promise<number | undefined> => {
      const { provider, backend } = await start({ seed });
      await provider.createPod(prepared, call());
      return backend.list(owner)[0]?.startsAt;
    };
    expect(await begins('a')).toBe(await begins('a'));
    expect(await begins('a')).not.toBe(await begins('b'));
  });
});

describe('deleting a pod of the mock', () => {
  it('stops it at once with exit code 0: it obeys SIGTERM', async () => {
    const started = await start();
    const prepared = podThat({});
    const look = await created(started, prepared);
    await started.provider.deletePod(podRefOf(prepared.pod), { gracePeriodSeconds: 30 }, call());
    expect(await look()).toMatchObject({
      phase: 'Succeeded',
      containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
    });
  });

  it('a slow one is killed at the end of its grace: 137', async () => {
    const started = await start();
    const prepared = podThat({ 'delete-delay': '20s' });
    const look = await created(started, prepared);
    await started.provider.deletePod(podRefOf(prepared.pod), { gracePeriodSeconds: 10 }, call());
    expect((await look(9_999)).phase).toBe('Running');
    expect(await look(1)).toMatchObject({
      phase: 'Failed',
      containerStatuses: [
        { state: { terminated: { exitCode: 137, reason: 'Error', finishedAt: '2026-01-01T00:00:10Z' } } },
      ],
    });
  });

  it('a second delete shortens the grace and never lengthens it', async () => {
    const started = await start();
    const prepared = podThat({ 'delete-delay': '1h' });
    const look = await created(started, prepared);
    const ref = podRefOf(prepared.pod);
    await started.provider.deletePod(ref, { gracePeriodSeconds: 30 }, call());
    await started.provider.deletePod(ref, { gracePeriodSeconds: 5 }, call());
    await started.provider.deletePod(ref, { gracePeriodSeconds: 600 }, call());
    expect((await look(5_000)).phase).toBe('Failed');
  });

  it('one that is stuck outlasts its grace; grace 0 ends it', async () => {
    const started = await start();
    const prepared = podThat({ 'delete-delay': 'never' });
    const look = await created(started, prepared);
    const ref = podRefOf(prepared.pod);
    await started.provider.deletePod(ref, { gracePeriodSeconds: 1 }, call());
    expect((await look(3_600_000)).phase).toBe('Running');
    await started.provider.deletePod(ref, { gracePeriodSeconds: 0 }, call());
    expect((await look()).phase).toBe('Failed');
  });

  it('before it has started it ends as with a kubelet: never located', async () => {
    const started = await start();
    const prepared = podThat({ 'start-delay': '1m' });
    const look = await created(started, prepared);
    await started.provider.deletePod(podRefOf(prepared.pod), { gracePeriodSeconds: 30 }, call());
    expect(await look()).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } } }],
    });
  });

  it('a crashing container is not started again once the pod was asked to stop', async () => {
    const started = await start();
    const prepared = podThat({ 'run-time': '2s', 'exit-code': '4', 'delete-delay': '10s' });
    const look = await created(started, prepared);
    await started.clock.advance(1_000);
    await started.provider.deletePod(podRefOf(prepared.pod), { gracePeriodSeconds: 30 }, call());
    expect(await look(1_000)).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ restartCount: 0, state: { terminated: { exitCode: 4 } } }],
    });
  });
});

describe('updating a pod of the mock', () => {
  it('a new image restarts the container whatever the restartPolicy, and the hash is the new one', async () => {
    const started = await start();
    const before = podThat({}, { restartPolicy: 'Never' });
    const look = await created(started, before);
    const containers = [{ name: 'app', image: 'app:2' }];
    const after: PreparedPod = {
      ...before,
      pod: { ...before.pod, spec: { ...before.pod.spec, containers } },
      hash: 'new',
    };
    await started.clock.advance(7_000);
    await started.provider.updatePod(after, before, call());
    expect(await look()).toMatchObject({
      phase: 'Running',
      containerStatuses: [
        {
          image: 'app:2',
          restartCount: 1,
          state: { running: { startedAt: '2026-01-01T00:00:07Z' } },
          lastState: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: '2026-01-01T00:00:07Z' } },
        },
      ],
    });
    expect(await started.provider.getPods(call())).toMatchObject([{ appliedHash: 'new' }]);
  });

  it('an ephemeral container runs from then on', async () => {
    const started = await start();
    const before = podThat({});
    const look = await created(started, before);
    const spec = { containers: [], ...before.pod.spec, ephemeralContainers: [{ name: 'debug', image: 'sh:1' }] };
    await started.provider.updatePod({ ...before, pod: { ...before.pod, spec } }, before, call());
    expect(await look()).toMatchObject({ ephemeralContainerStatuses: [{ name: 'debug', state: { running: {} } }] });
  });

  it('of an unknown pod is NotFound', async () => {
    const { provider } = await start();
    await expect(provider.updatePod(podThat({}), undefined, call())).rejects.toBeInstanceOf(NotFound);
  });
});

describe('calls that fail because the pod says so', () => {
  it('a throttled create asks for a pause the first so many times', async () => {
    const { provider } = await start();
    const prepared = podThat({ throttle: '2', 'throttle-delay': '250ms' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const error: unknown = await provider.createPod(prepared, call()).catch((reason: unknown) => reason);
      expect(RetryAfter.isInstance(error) && error.milliseconds).toBe(250);
    }
    await provider.createPod(prepared, call());
    expect((await statusOf(provider, prepared))?.phase).toBe('Running');
  });

  it('a transient start error goes away after its count', async () => {
    const { provider } = await start();
    const prepared = podThat({ 'start-error': 'transient', 'start-error-count': '1' });
    await expect(provider.createPod(prepared, call())).rejects.toThrow('failed to start the pod');
    await provider.createPod(prepared, call());
    expect((await statusOf(provider, prepared))?.phase).toBe('Running');
  });

  it('a terminal start error stays', async () => {
    const { provider } = await start();
    const prepared = podThat({ 'start-error': 'terminal' });
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(provider.createPod(prepared, call())).rejects.toBeInstanceOf(Terminal);
    expect(await provider.getPods(call())).toEqual([]);
  });

  it('an unacknowledged create has created the pod, and a second one adopts it', async () => {
    const { provider } = await start();
    const prepared = podThat({ 'start-error': 'unacknowledged' });
    await expect(provider.createPod(prepared, call())).rejects.toThrow('its answer was lost');
    expect(await provider.getPods(call())).toHaveLength(1);
    await provider.createPod(prepared, call());
    expect(await provider.getPods(call())).toHaveLength(1);
  });

  it('the first deletes fail as many times as asked', async () => {
    const { provider } = await start();
    const prepared = podThat({ 'delete-error-count': '1' });
    await provider.createPod(prepared, call());
    const ref = podRefOf(prepared.pod);
    await expect(provider.deletePod(ref, { gracePeriodSeconds: 1 }, call())).rejects.toThrow('failed to delete');
    await provider.deletePod(ref, { gracePeriodSeconds: 1 }, call());
    expect((await statusOf(provider, prepared))?.phase).toBe('Succeeded');
  });

  it('a call that hangs ends with its abort, and one that ignores it does not', async () => {
    const { provider, clock } = await start();
    const patient = new AbortController();
    const hanging = provider.createPod(podThat({ hang: 'createPod' }), call(patient.signal));
    let answered = false;
    const settles = (): void => {
      answered = true;
    };
    provider.createPod(podThat({ 'hang-ignoring-abort': 'createPod' }), call(patient.signal)).then(settles, settles);
    patient.abort(new Error('that is enough'));
    await expect(hanging).rejects.toThrow('that is enough');
    await clock.advance(3_600_000);
    expect(answered).toBe(false);
    expect(await provider.getPods(call())).toEqual([]);
  });

  it('a pod that is refused names the field, and one with a wrong annotation the annotation', async () => {
    const { provider } = await start();
    const refused = podThat({ refuse: 'spec.hostNetwork, spec.volumes[0].nfs' });
    expect(provider.refuse?.(refused.pod).map(({ field }) => field)).toEqual([
      'spec.hostNetwork',
      'spec.volumes[0].nfs',
    ]);
    const wrong = podThat({ 'run-time': 'soon' });
    expect(provider.refuse?.(wrong.pod)).toMatchObject([
      { field: 'metadata.annotations[mock.virtual-kubelet.io/run-time]' },
    ]);
    await expect(provider.createPod(wrong, call())).rejects.toBeInstanceOf(InvalidInput);
  });
});

describe('what time does to a pod of the mock', () => {
  it('is told: start, readiness, end and loss, each when it happens', async () => {
    const { provider, clock } = await start();
    const heard: string[] = [];
    const origin = clock.now();
    const controller = new AbortController();
    const note = (pod: BackendPod | GonePod): void => {
      const what =
        'gone' in pod ? 'gone' : `${pod.status?.phase}${pod.status?.containerStatuses?.[0]?.ready ? ' ready' : ''}`;
      heard.push(`${(clock.now() - origin) / 1_000} s: ${what}`);
    };
    const ended = provider.notifyPods?.(note, call(controller.signal));
    await provider.createPod(
      podThat(
        { 'start-delay': '1s', 'ready-after': '2s', 'run-time': '5s', 'lost-after': '10s' },
        { restartPolicy: 'Never' },
      ),
      call(),
    );
    await clock.advance(60_000);
    expect(heard).toEqual(['0 s: Pending', '1 s: Running', '3 s: Running ready', '6 s: Succeeded', '10 s: gone']);
    expect(await provider.getPods(call())).toEqual([]);
    controller.abort();
    await ended;
    expect(clock.pending).toBe(0);
  });

  it('a node that does not notify can be asked, and has no notifyPods', async () => {
    const { provider } = await start({ notify: false });
    expect(provider.notifyPods).toBeUndefined();
  });

  it('a wall clock that goes back does not bring a finished pod to life', async () => {
    const started = await start();
    const look = await created(started, podThat({ 'run-time': '5s' }, { restartPolicy: 'Never' }));
    await look(5_000);
    started.clock.setWall(started.clock.now() - 3_600_000);
    expect((await look()).phase).toBe('Succeeded');
  });
});

describe('the node of the mock', () => {
  it('has the capacity of its section and no pressure', async () => {
    const { provider } = await start({ cpu: '4', nodes: { vk: { memory: '1Gi', others: { 'example.com/gpu': 2 } } } });
    expect(await provider.configureNode?.({ name: 'vk' }, call())).toMatchObject({
      capacity: { cpu: '4', memory: '1Gi', pods: '500', 'example.com/gpu': '2' },
      labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': 'true' },
      nodeInfo: { containerRuntimeVersion: 'mock' },
      conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'].map((type) => ({
        type,
        status: 'False',
      })),
    });
  });

  it('does not answer the ping in the times that the config names', async () => {
    const { provider, clock } = await start({ pingFailures: [{ after: '10s', for: '5s' }] });
    await provider.ping?.(call());
    await clock.advance(10_000);
    await expect(provider.ping?.(call())).rejects.toThrow('does not answer');
    await clock.advance(5_000);
    await expect(provider.ping?.(call())).resolves.toBeUndefined();
  });
});

describe('the log of a container', () => {
  async function read(
    { provider }: Started,
    prepared: PreparedPod,
    options: { follow?: boolean; previous?: boolean; tailLines?: number; sinceTime?: number } = {},
  ): Promise<string[]> {
    const lines: string[] = [];
    const wanted = { follow: false, previous: false, ...options };
    const chunks = provider.getContainerLogs?.(podRefOf(prepared.pod), 'app', wanted, call());
    for await (const { bytes } of chunks ?? []) lines.push(Buffer.from(bytes).toString().trimEnd());
    return lines;
  }

  it('has its lines once without a rate', async () => {
    const started = await start();
    const prepared = podThat({ stdout: 'one\ntwo' });
    await started.provider.createPod(prepared, call());
    await started.clock.advance(60_000);
    expect(await read(started, prepared)).toEqual(['one', 'two']);
    expect(await read(started, prepared, { tailLines: 1 })).toEqual(['two']);
  });

  it('has them over and over with a rate, from where the reader wants them', async () => {
    const started = await start();
    const prepared = podThat({ stdout: 'tick\ntock', 'stdout-rate': '2' });
    const startedAt = started.clock.now();
    await started.provider.createPod(prepared, call());
    await started.clock.advance(1_000);
    expect(await read(started, prepared)).toEqual(['tick', 'tock', 'tick']);
    expect(await read(started, prepared, { sinceTime: startedAt + 600 })).toEqual(['tick']);
  });

  it('follows until the container ends', async () => {
    const started = await start();
    const prepared = podThat({ stdout: 'tick', 'stdout-rate': '1', 'run-time': '3s' }, { restartPolicy: 'Never' });
    await started.provider.createPod(prepared, call());
    const following = read(started, prepared, { follow: true });
    await started.clock.advance(10_000);
    expect(await following).toEqual(['tick', 'tick', 'tick', 'tick']);
  });

  it('follows until the pod is deleted, also when nothing is written any more', async () => {
    const started = await start();
    const prepared = podThat({ stdout: 'hello' });
    await started.provider.createPod(prepared, call());
    const following = read(started, prepared, { follow: true });
    await started.clock.advance(10_000);
    await started.provider.deletePod(podRefOf(prepared.pod), { gracePeriodSeconds: 1 }, call());
    expect(await following).toEqual(['hello']);
  });

  it('has that of the previous run, and NotFound when there was none', async () => {
    const started = await start();
    const prepared = podThat({ stdout: 'hello', 'run-time': '1s' });
    await started.provider.createPod(prepared, call());
    await expect(read(started, prepared, { previous: true })).rejects.toBeInstanceOf(NotFound);
    await started.clock.advance(1_500);
    expect(await read(started, prepared, { previous: true })).toEqual(['hello']);
  });
});

describe('a mock with a state file', () => {
  it('has every pod where it would be anyhow after the process was away: 200 pods, one file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vk-mock-'));
    try {
      const config = { stateFile: join(directory, 'state.jsonl') };
      const clock = new FakeClock();
      const first = await start(config, clock);
      const pods = Array.from({ length: 200 }, (_, index) =>
        podThat({ 'run-time': `${index + 1}s`, 'exit-code': '3' }, { restartPolicy: 'Never' }),
      );
      await Promise.all(pods.map((prepared) => first.provider.createPod(prepared, call())));
      // Killed: nothing is closed, and time goes on without it.
      await clock.advance(100_500);
      const second = await start(config, clock);
      const found = await second.provider.getPods(call());
      expect(found.map(({ ref }) => ref.uid).sort()).toEqual(pods.map(({ ownership }) => ownership.uid).sort());
      expect(found.filter(({ status }) => status?.phase === 'Failed')).toHaveLength(100);
      expect(found).toEqual(await first.provider.getPods(call()));
      expect(new Set(found.map(({ status }) => status?.podIP)).size).toBe(200);
      await first.backend.close();
      await second.backend.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('remembers how many calls have failed', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vk-mock-'));
    try {
      const config = { stateFile: join(directory, 'state.jsonl') };
      const prepared = podThat({ throttle: '1' });
      const first = await start(config);
      await expect(first.provider.createPod(prepared, call())).rejects.toBeInstanceOf(RetryAfter);
      await first.backend.close();
      const second = await start(config);
      await second.provider.createPod(prepared, call());
      expect(await second.provider.getPods(call())).toHaveLength(1);
      await second.backend.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
