import { NotFound, podRefOf, silentLogger } from '@vk/node/provider';
import type { CallContext, ContainerStreams, DuplexStream, PodRef, PreparedPod, Provider } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { apiPod, createTestContext, preparedPod } from '@vk/provider-testkit';
import { describe, expect, it } from 'vitest';
import { annotationPrefix } from './behaviour-table.ts';
import { mockConfigSchema } from './config.ts';
import { MockBackend } from './mock-backend.ts';
import { createMockNode } from './mock-node.ts';
import { collector, noSizes, streamOf } from './testing/test-container.ts';
import type { Collector } from './testing/test-container.ts';

const owner = { clusterId: 'cluster', nodeName: 'vk' };

interface World {
  readonly clock: FakeClock;
  readonly provider: Required<Provider>;
  readonly ref: PodRef;
  readonly call: CallContext;
  readonly life: AbortController;
}

function podThat(behaviour: Readonly<Record<string, string>>, prepare: Partial<PreparedPod> = {}): PreparedPod {
  const annotations = Object.fromEntries(
    Object.entries(behaviour).map(([key, value]) => [annotationPrefix + key, value]),
  );
  const containers = [{ name: 'app', image: 'app:1', ports: [{ containerPort: 3000 }] }];
  const initContainers = [{ name: 'setup', image: 'setup:1' }];
  const template = { metadata: { annotations }, spec: { containers, initContainers } };
  return { ...preparedPod(apiPod(template, { ...owner, name: 'web-0' }), owner), ...prepare };
}

async function worldWith(prepared: PreparedPod): Promise<World> {
  const clock = new FakeClock();
  const backend = await MockBackend.open({});
  const context = createTestContext(mockConfigSchema.parse({}), { ...owner, clock });
  const provider = createMockNode(context, backend) as Required<Provider>;
  const life = new AbortController();
  const call = { signal: life.signal, log: silentLogger };
  await provider.createPod(prepared, call);
  return { clock, provider, ref: podRefOf(prepared.pod), call, life };
}

function streams(stdin?: ReadableStream<Uint8Array>): ContainerStreams & { readonly output: Collector } {
  const output = collector();
  return {
    ...(stdin !== undefined && { stdin }),
    stdout: output.stream,
    stderr: collector().stream,
    tty: false,
    resizes: noSizes(),
    output,
  };
}

async function exec({ provider, ref, call }: World, script: string): Promise<string> {
  const { output, ...io } = streams();
  const { exitCode } = await provider.runInContainer(ref, 'app', ['sh', '-c', script], io, call);
  return `${output.text()}${exitCode}`;
}

async function logOf(
  world: World,
  options: { readonly previous?: boolean; readonly stream?: 'stdout' | 'stderr' } = {},
): Promise<string> {
  const { provider, ref, call } = world;
  const parts: Uint8Array[] = [];
  for await (const { bytes } of provider.getContainerLogs(
    ref,
    'app',
    { follow: false, previous: false, ...options },
    call,
  ))
    parts.push(bytes);
  return Buffer.concat(parts).toString('utf8');
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('exec into a pod of the mock', () => {
  it('has the variables of the container, also those that hold its address', async () => {
    const environment = {
      app: {
        variables: [
          { name: 'PASSWORD', value: 'hunter2', secret: true },
          { name: 'SELF', deferred: { parts: ['http://', { field: 'status.podIP' as const }] }, secret: false },
        ],
      },
    };
    const world = await worldWith(podThat({}, { environment }));
    expect(await exec(world, 'echo $PASSWORD $SELF $HOSTNAME')).toBe('hunter2 http://10.0.0.1 web-0\n0');
  });

  it('finds the files of before until the container starts anew', async () => {
    const world = await worldWith(podThat({ 'run-time': '10s' }));
    expect(await exec(world, 'echo kept > /tmp/f')).toBe('0');
    expect(await exec(world, 'cat /tmp/f')).toBe('kept\n0');
    await world.clock.advance(10_000);
    expect(await exec(world, 'test -e /tmp/f')).toBe('1');
  });

  it('is killed with its container', async () => {
    const world = await worldWith(podThat({ 'run-time': '10s' }));
    const running = exec(world, 'sleep 60');
    await world.clock.whenPending(2);
    await world.clock.advance(10_000);
    expect(await running).toBe('137');
  });

  it('is not possible in a container that has ended or does not exist', async () => {
    const world = await worldWith(podThat({ 'start-delay': '1h' }));
    await expect(exec(world, 'true')).rejects.toThrow(NotFound);
    const { output: _output, ...io } = streams();
    await expect(world.provider.runInContainer(world.ref, 'none', ['true'], io, world.call)).rejects.toThrow(NotFound);
  });
});

describe('the log of a mock container', () => {
  it('has both streams, and one of them when it is asked for', async () => {
    const world = await worldWith(podThat({ stdout: 'out', stderr: 'err' }));
    expect(await logOf(world)).toBe('out\nerr\n');
    expect(await logOf(world, { stream: 'stderr' })).toBe('err\n');
  });

  it('says what the container is, where nobody wrote a script for it', async () => {
    const log = await logOf(await worldWith(podThat({})));
    expect(log).toMatch(/^mock container app of \S+: the annotation mock\.virtual-kubelet\.io\/stdout is its log\n$/);
  });

  it('has what programs write to it, each run its own', async () => {
    const world = await worldWith(podThat({ 'run-time': '10s', stdout: 'start' }));
    await world.clock.advance(1_000);
    await exec(world, 'echo noted > /proc/1/fd/1');
    expect(await logOf(world)).toBe('start\nnoted\n');
    await world.clock.advance(9_000);
    expect([await logOf(world), await logOf(world, { previous: true })]).toEqual(['start\n', 'start\nnoted\n']);
  });

  it('keeps a bounded part of what programs write', async () => {
    const world = await worldWith(podThat({}));
    await exec(world, 'head -c 1000000 /dev/zero > /proc/1/fd/1; echo last > /proc/1/fd/1');
    const text = await logOf(world);
    expect(text.length).toBeLessThanOrEqual(262_144);
    expect(text.endsWith('last\n')).toBe(true);
  });

  it('of an init container is empty once it has run', async () => {
    const { provider, ref, call } = await worldWith(podThat({}));
    const chunks = await all(provider.getContainerLogs(ref, 'setup', { follow: false, previous: false }, call));
    expect(chunks).toEqual([]);
  });
});

describe('attach to a mock container', () => {
  it('shows what is written from then on, and ends with the container', async () => {
    const world = await worldWith(podThat({ 'run-time': '3500ms', stdout: 'a\nb', 'stdout-rate': '1' }));
    await world.clock.advance(1_500);
    const { output, ...io } = streams();
    const attached = world.provider.attachToContainer(world.ref, 'app', io, world.call);
    await world.clock.advance(2_000);
    await attached;
    expect(output.text()).toBe('a\nb\n');
  });

  it('an echo writes what it is sent to its log, for everybody who is attached', async () => {
    const world = await worldWith(podThat({ 'main-process': 'echo' }));
    const [typing, watching] = [streams(streamOf('hello\n')), streams()];
    const attached = [watching, typing].map(({ output: _output, ...io }) =>
      world.provider.attachToContainer(world.ref, 'app', io, world.call).catch((error: unknown) => error),
    );
    await Promise.all([typing.output.shows('hello\n'), watching.output.shows('hello\n')]);
    expect(await logOf(world)).toBe('hello\n');
    world.life.abort(new Error('gone'));
    expect(await Promise.all(attached)).toEqual([new Error('gone'), new Error('gone')]);
  });

  it('a shell runs what it is sent, and its output is in the log', async () => {
    const world = await worldWith(podThat({ 'main-process': 'shell' }));
    const { output, ...io } = streams(streamOf('echo from $HOSTNAME\nexit 3\n'));
    await world.provider.attachToContainer(world.ref, 'app', io, world.call);
    expect(output.text()).toBe('from web-0\n');
    expect(await logOf(world)).toBe('from web-0\n');
  });

  it('an ephemeral container is a shell', async () => {
    const prepared = podThat({});
    const world = await worldWith(prepared);
    const spec = { containers: [], ...prepared.pod.spec, ephemeralContainers: [{ name: 'debug', image: 'tools:1' }] };
    await world.provider.updatePod({ ...prepared, pod: { ...prepared.pod, spec } }, prepared, world.call);
    const { output, ...io } = streams(streamOf('hostname\n'));
    await world.provider.attachToContainer(world.ref, 'debug', io, world.call);
    expect(output.text()).toBe('web-0\n');
  });

  it('a silent process reads what it is sent and goes on', async () => {
    const world = await worldWith(podThat({ 'run-time': '5s' }));
    const { output, ...io } = streams(streamOf('nobody listens'));
    const attached = world.provider.attachToContainer(world.ref, 'app', io, world.call);
    await world.clock.advance(5_000);
    await attached;
    expect(output.text()).toBe('');
  });
});

interface Peer {
  readonly stream: DuplexStream;
  readonly received: Collector;
  send(text: string): void;
  end(): void;
}

function peer(): Peer {
  const received = collector();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const readable = new ReadableStream<Uint8Array>({ start: (own) => void (controller = own) });
  return {
    stream: { readable, writable: received.stream },
    received,
    send: (text) => controller?.enqueue(Buffer.from(text)),
    end: () => controller?.close(),
  };
}

describe('port-forward to a pod of the mock', () => {
  it.each([80, 8080, 3000])(
    'port %i answers HTTP with the request, on one connection again and again',
    async (port) => {
      const { provider, ref, call } = await worldWith(podThat({}));
      const client = peer();
      const forwarded = provider.portForward(ref, port, client.stream, call);
      client.send('POST /path?q=1 HTTP/1.1\r\nHost: web\r\nContent-Length: 4\r\n\r\nbody');
      await client.received.shows('body');
      client.send('GET /status/503 HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n');
      await forwarded;
      const text = client.received.text();
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*X-Pod-Name: web-0\r\n/u);
      expect(text).toContain('POST /path?q=1 HTTP/1.1\nHost: web\nContent-Length: 4\n\n');
      expect(text).toContain('HTTP/1.1 503 Service Unavailable\r\n');
    },
  );

  it('a client that closes its side after the request still gets the answer', async () => {
    const { provider, ref, call } = await worldWith(podThat({}));
    const client = peer();
    client.send('GET /half HTTP/1.1\r\nHost: web\r\n\r\n');
    client.end();
    await provider.portForward(ref, 80, client.stream, call);
    expect(client.received.text()).toContain('GET /half HTTP/1.1');
  });

  it('port 7 gives back every byte, also after the client has closed its side', async () => {
    const { provider, ref, call } = await worldWith(podThat({}));
    const client = peer();
    client.send('one ');
    client.send('two');
    client.end();
    await provider.portForward(ref, 7, client.stream, call);
    expect(client.received.text()).toBe('one two');
  });

  it('port 9 takes everything and answers nothing', async () => {
    const { provider, ref, call } = await worldWith(podThat({}));
    const client = peer();
    client.send('anything');
    client.end();
    await provider.portForward(ref, 9, client.stream, call);
    expect(client.received.text()).toBe('');
  });

  it('a port with nothing behind it refuses the connection, as the kubelet says it', async () => {
    const { provider, ref, call } = await worldWith(podThat({ 'echo-ports': '' }));
    for (const port of [7, 81]) {
      await expect(provider.portForward(ref, port, peer().stream, call)).rejects.toThrow(
        `dial tcp4 127.0.0.1:${port}: connect: connection refused`,
      );
    }
  });

  it('ends when its caller is gone', async () => {
    const { provider, ref, call, life } = await worldWith(podThat({}));
    const forwarded = [80, 7, 9].map((port) => provider.portForward(ref, port, peer().stream, call));
    life.abort(new Error('gone'));
    expect((await Promise.allSettled(forwarded)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
  });
});

describe('the figures of the mock', () => {
  it('move, and CPU time never goes back, also when a container starts anew', async () => {
    const world = await worldWith(podThat({ 'run-time': '5m', 'cpu-usage': '500m', 'memory-usage': '100Mi' }));
    let before = { node: -1, container: -1, start: '' };
    const memory = new Set<number>();
    let restarted = 0;
    for (let minute = 0; minute < 12; minute++) {
      const { node, pods } = await world.provider.getStatsSummary(world.call);
      const [app] = pods[0]?.containers ?? [];
      const now = {
        node: node.cpu?.usageCoreNanoSeconds ?? 0,
        container: app?.cpu?.usageCoreNanoSeconds ?? 0,
        start: app?.startTime ?? '',
      };
      expect(now.node).toBeGreaterThan(before.node);
      restarted += now.start === before.start ? 0 : 1;
      expect(now.container).toBeGreaterThan(now.start === before.start ? before.container : -1);
      if (app?.memory?.workingSetBytes !== undefined) memory.add(app.memory.workingSetBytes);
      before = now;
      await world.clock.advance(60_000);
    }
    expect(memory.size).toBeGreaterThan(5);
    expect(restarted).toBeGreaterThan(1);
  });

  it('are about what the pod says, with times and totals that fit together', async () => {
    const world = await worldWith(podThat({ 'cpu-usage': '500m', 'memory-usage': '100Mi' }));
    await world.clock.advance(3_600_000);
    const { node, pods } = await world.provider.getStatsSummary(world.call);
    const [pod] = pods;
    expect(pod).toMatchObject({
      podRef: world.ref,
      startTime: '2026-01-01T00:00:00.000Z',
      containers: [{ name: 'app', startTime: '2026-01-01T00:00:00.000Z', cpu: { time: '2026-01-01T01:00:00.000Z' } }],
    });
    const seconds = (pod?.cpu?.usageCoreNanoSeconds ?? 0) / 1e9;
    expect(seconds).toBeGreaterThan(1_700);
    expect(seconds).toBeLessThan(1_900);
    expect(node.memory?.workingSetBytes).toBeGreaterThan(pod?.memory?.workingSetBytes ?? 0);
    expect((node.memory?.availableBytes ?? 0) + (node.memory?.workingSetBytes ?? 0)).toBe(100 * 2 ** 30);
  });
});
