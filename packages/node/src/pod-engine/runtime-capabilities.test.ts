import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { NotFound } from '../provider/errors/not-found.ts';
import { capabilitiesOf } from '../provider/capabilities.ts';
import { podRefOf } from '../provider/pod-ref.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeContainerRuntime } from '../testing/fake-container-runtime.ts';
import { samplePod } from '../testing/sample-pod.ts';

const pod = samplePod();
const ref = podRefOf(pod);

async function logOf(world: EngineWorld, previous: boolean): Promise<string> {
  const chunks = world.provider.getContainerLogs?.(ref, 'app', { follow: false, previous }, world.call);
  const parts: string[] = [];
  for await (const { bytes } of chunks ?? []) parts.push(Buffer.from(bytes).toString('utf8'));
  return parts.join('');
}

it('has what the runtime has, and nothing else', async () => {
  const world = new EngineWorld();
  expect(capabilitiesOf(world.provider)).toMatchObject({
    notifyPods: true,
    close: true,
    getContainerLogs: true,
    runInContainer: false,
    attachToContainer: false,
    portForward: false,
    getExec: false,
    getAttach: false,
    getPortForward: false,
    getStatsSummary: false,
    ping: false,
  });
  await world.close();
});

it('names the streaming server of a runtime for what runs, and for nothing else', async () => {
  const clock = new FakeClock();
  const streams = { stdin: false, stdout: true, stderr: true, tty: false };
  const asked: unknown[] = [];
  const answer = (...given: unknown[]): Promise<{ readonly url: URL }> => {
    asked.push(given);
    return Promise.resolve({ url: new URL('http://runtime/stream') });
  };
  const runtime = Object.assign(new FakeContainerRuntime(clock), {
    getExec: (id: string, command: readonly string[]) => answer('exec', id, command),
    getAttach: (id: string) => answer('attach', id),
    getPortForward: (id: string) => answer('port-forward', id),
  });
  const world = new EngineWorld({ clock, runtime });
  const { provider, call } = world;
  const questions = [
    () => provider.getExec?.(ref, 'app', ['true'], streams, call),
    () => provider.getAttach?.(ref, 'app', streams, call),
    () => provider.getPortForward?.(ref, call),
  ];
  for (const ask of questions) await expect(ask()).rejects.toBeInstanceOf(NotFound);
  await world.create(pod);
  for (const ask of questions) await expect(ask()).resolves.toHaveProperty('url');
  const [sandbox] = await runtime.listPodSandbox({}, call);
  const [container] = await runtime.listContainers({}, call);
  expect(asked).toEqual([
    ['exec', container?.id, ['true']],
    ['attach', container?.id],
    ['port-forward', sandbox?.id],
  ]);
  await world.close();
});

it('reads the log of the newest run, and of the one before it', async () => {
  const world = new EngineWorld();
  world.runtime.script = ({ attempt }) =>
    attempt === 0 ? { runMilliseconds: 1_000, log: 'first\n' } : { log: 'second\n' };
  await world.create(pod);
  await expect(logOf(world, true)).rejects.toBeInstanceOf(NotFound);
  await world.advance(2);
  expect([await logOf(world, false), await logOf(world, true)]).toEqual(['second\n', 'first\n']);
  await world.close();
});

it('says of the node that it began with this process, not with the epoch', async () => {
  const clock = new FakeClock({ now: Date.UTC(2026, 1, 3) });
  const runtime = Object.assign(new FakeContainerRuntime(clock), { podStats: () => Promise.resolve([]) });
  const world = new EngineWorld({ clock, runtime });
  await world.advance(60);
  expect(await world.provider.getStatsSummary?.(world.call)).toEqual({
    node: { startTime: '2026-02-03T00:00:00Z' },
    pods: [],
  });
  await world.close();
});

it('shows every step to whoever watches', async () => {
  const steps: string[] = [];
  const world = new EngineWorld(undefined, {
    observeStep: ({ step, container = '' }, proceed) => {
      steps.push(`${step} ${container}`.trim());
      return proceed();
    },
  });
  await world.create(pod);
  expect(steps).toEqual([
    'create-sandbox',
    'inspect-image app',
    'pull-image app',
    'create-container app',
    'start-container app',
  ]);
  await world.close();
});

it('runs hooks over HTTP against the address of the pod, whatever they are answered', async () => {
  const asked: string[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push(`${url} ${headers['user-agent']}`);
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answered = Promise.withResolvers<void>();
  const world = new EngineWorld(undefined, {
    observeStep: async (step, proceed) => {
      const value = await proceed();
      if (step.step === 'run-post-start') answered.resolve();
      return value;
    },
  });
  world.runtime.address = () => '127.0.0.1';
  const lifecycle = { postStart: { httpGet: { path: '/hook', port } } };
  await world.create(samplePod({ spec: { containers: [{ name: 'app', image: 'app:1', lifecycle }] } }));
  await answered.promise;
  await world.settle();
  expect(asked).toEqual(['/hook kube-lifecycle/1.36']);
  expect(world.stateOf('app')).toBe('running');
  await world.close();
  await new Promise((resolve) => server.close(resolve));
});
