import { describe, expect, it } from 'vitest';
import type { Container, Pod, PodCondition, PodSpec } from '../../provider/wire.ts';
import { EngineWorld, preparedPod } from '../../testing/engine-world.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { FakeContainerRuntime } from '../../testing/fake-container-runtime.ts';
import { samplePod } from '../../testing/sample-pod.ts';

/** A pod of one container that asks for so much. */
function sized(
  cpu: string,
  change: Partial<Container> & { readonly name?: string } = {},
  spec: Partial<PodSpec> = {},
): Pod {
  const resources = { requests: { cpu }, limits: { cpu } };
  return samplePod({ spec: { containers: [{ name: 'app', image: 'app:1', resources, ...change }], ...spec } });
}

async function resize(world: EngineWorld, pod: Pod): Promise<void> {
  await world.provider.updatePod(preparedPod(pod), undefined, world.call);
  await world.settle();
}

function condition(world: EngineWorld, type: string): PodCondition | undefined {
  return world.status.conditions?.find((candidate) => candidate.type === type);
}

function updates(world: EngineWorld): string[] {
  return world.runtime.calls.filter((call) => call.startsWith('update'));
}

/** A runtime that can change pods as a whole, too. */
class WholePodRuntime extends FakeContainerRuntime {
  async updatePodSandboxResources(sandboxId: string, resources: unknown): Promise<void> {
    this.calls.push(`updatePodSandboxResources ${sandboxId} ${JSON.stringify(resources)}`);
    await Promise.resolve();
  }
}

describe('a container that asks for other resources', () => {
  it('is given them in place, and the beginning and the end are told', async () => {
    const world = new EngineWorld();
    await world.create(sized('1'));
    await resize(world, sized('2'));
    expect(updates(world)).toEqual(['updateContainerResources app {"requests":{"cpu":"2"},"limits":{"cpu":"2"}}']);
    expect(world.container('app')).toMatchObject({
      restartCount: 0,
      resources: { limits: { cpu: '2' } },
      allocatedResources: { cpu: '2' },
    });
    expect(condition(world, 'PodResizeInProgress')).toBeUndefined();
    const words =
      '{"containers":[{"name":"app","resources":{"requests":{"cpu":"2"},"limits":{"cpu":"2"}}}],"generation":1}';
    expect(world.events.filter((event) => event.startsWith('Resize'))).toEqual([
      `ResizeStarted Pod resize started: ${words}`,
      `ResizeCompleted Pod resize completed: ${words}`,
    ]);
    await world.close();
  });

  it('is restarted where its policy asks for that', async () => {
    const world = new EngineWorld();
    const resizePolicy = [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }];
    await world.create(sized('1', { resizePolicy }));
    await resize(world, sized('2', { resizePolicy }));
    await world.advance(1);
    expect(world.container('app')).toMatchObject({ restartCount: 1, state: { running: {} } });
    expect(world.runtime.runs('web-uid', 'app')[0]?.config.container.resources?.limits).toEqual({ cpu: '2' });
    expect(updates(world)).toEqual([]);
    expect(world.events).toContain('Killing Container app resize requires restart');
    await world.close();
  });

  it('keeps what it has while the runtime refuses, with the reason, and is tried again', async () => {
    const world = new EngineWorld();
    await world.create(sized('1'));
    let isRefused = true;
    world.runtime.before = (call) => {
      if (isRefused && call.startsWith('updateContainerResources')) throw new Error('not that little');
    };
    await resize(world, sized('0.1'));
    await world.advance(30);
    expect(condition(world, 'PodResizeInProgress')).toMatchObject({ reason: 'Error', message: 'not that little' });
    expect(world.container('app')?.resources?.limits).toEqual({ cpu: '1' });
    expect(world.events.filter((event) => event.startsWith('ResizeError'))).toHaveLength(1);
    isRefused = false;
    await world.advance(60);
    expect(condition(world, 'PodResizeInProgress')).toBeUndefined();
    expect(world.container('app')?.resources?.limits).toEqual({ cpu: '0.1' });
    await world.close();
  });

  it('has them over restarts of the process: nothing is done or told again', async () => {
    const world = new EngineWorld();
    await world.create(sized('1'));
    await resize(world, sized('2'));
    const next = await world.restart(sized('2'));
    await next.advance(60);
    expect(updates(next)).toHaveLength(1);
    expect(next.events.filter((event) => event.startsWith('Resize'))).toEqual([]);
    expect(next.container('app')?.resources?.limits).toEqual({ cpu: '2' });
    await resize(next, sized('1'));
    expect(updates(next)).toHaveLength(2);
    await next.close();
  });

  it('is given what it asks for once more, and nothing is told, where nobody knows what it has', async () => {
    const world = new EngineWorld();
    await world.create(sized('1'));
    for (const [id, run] of world.runtime.containers) world.runtime.containers.set(id, { ...run, resources: '' });
    const shown = { ...world.status, containerStatuses: [] };
    await world.close();
    const next = new EngineWorld(world);
    await next.create({ ...sized('1'), status: shown });
    await next.advance(60);
    expect(next.stateOf('app')).toBe('running');
    expect(updates(next)).toEqual(['updateContainerResources app {"requests":{"cpu":"1"},"limits":{"cpu":"1"}}']);
    expect(next.events).toEqual([]);
    await next.close();
  });

  it('that changes again while it is under way is noted as what was sent, and the second one follows', async () => {
    const world = new EngineWorld();
    await world.create(sized('1'));
    const open = Promise.withResolvers<void>();
    world.runtime.before = (call) =>
      call.startsWith('updateContainerResources') && call.includes('"2"') ? open.promise : undefined;
    await resize(world, sized('2'));
    await resize(world, sized('3'));
    expect(updates(world)).toHaveLength(1);
    open.resolve();
    await world.settle();
    expect(updates(world)).toEqual([
      'updateContainerResources app {"requests":{"cpu":"2"},"limits":{"cpu":"2"}}',
      'updateContainerResources app {"requests":{"cpu":"3"},"limits":{"cpu":"3"}}',
    ]);
    expect(world.container('app')?.resources?.limits).toEqual({ cpu: '3' });
    await world.close();
  });

  it('keeps what it has in a runtime that cannot change it: that is infeasible', async () => {
    const clock = new FakeClock();
    const runtime = new FakeContainerRuntime(clock);
    Object.assign(runtime, { updateContainerResources: undefined });
    const world = new EngineWorld({ clock, runtime });
    await world.create(sized('1'));
    await resize(world, sized('2'));
    const message = 'In-place resize of containers is not supported by the runtime';
    expect(condition(world, 'PodResizePending')).toMatchObject({ status: 'True', reason: 'Infeasible', message });
    expect(world.events.filter((event) => event.startsWith('ResizeInfeasible'))).toHaveLength(1);
    runtime.exit(runtime.runs('web-uid', 'app')[0]?.id ?? '', 1);
    await world.settle();
    expect(runtime.runs('web-uid', 'app')[0]?.config.container.resources?.limits).toEqual({ cpu: '1' });
    await world.close();
  });
});

describe('a node that counts what it has', () => {
  const options = { allocatable: () => ({ cpu: '4', memory: '8Gi' }) };
  const other = (cpu: string): Pod => ({
    ...sized(cpu),
    metadata: { namespace: 'default', name: 'other', uid: 'other' },
  });

  it('defers a resize that does not fit until another pod is gone', async () => {
    const world = new EngineWorld(undefined, options);
    await world.create(other('2'));
    await world.create(sized('1'));
    await resize(world, sized('3'));
    const message = "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000";
    expect(condition(world, 'PodResizePending')).toMatchObject({ reason: 'Deferred', message });
    expect(world.container('app')?.allocatedResources).toEqual({ cpu: '1' });
    expect(world.events.some((event) => event.startsWith('ResizeDeferred Pod resize Deferred: {'))).toBe(true);
    await world.delete(other('2'), 0);
    await world.settle();
    expect(world.runtime.calls).toContain('updateContainerResources app {"requests":{"cpu":"3"},"limits":{"cpu":"3"}}');
    await world.close();
  });

  it('goes on deferring it after a restart of the process, and lets a pod have less at any time', async () => {
    const world = new EngineWorld(undefined, options);
    await world.create(sized('1'));
    await resize(world, sized('5'));
    const next = await world.restart(sized('5'), options);
    expect(condition(next, 'PodResizePending')).toMatchObject({ reason: 'Deferred' });
    expect(updates(next)).toEqual([]);
    await resize(next, sized('0.5'));
    expect(condition(next, 'PodResizePending')).toBeUndefined();
    expect(updates(next)).toHaveLength(1);
    await next.close();
  });
});

describe('a pod that asks for other resources as a whole', () => {
  const whole = (cpu: string, own: string): Pod =>
    sized(own, {}, { resources: { requests: { cpu }, limits: { cpu } } });

  it('is given more before its containers are, and less after them', async () => {
    const clock = new FakeClock();
    const world = new EngineWorld({ clock, runtime: new WholePodRuntime(clock) });
    await world.create(whole('2', '1'));
    expect(world.status).toMatchObject({ resources: { limits: { cpu: '2' } }, allocatedResources: { cpu: '2' } });
    await resize(world, whole('4', '3'));
    await resize(world, whole('1', '0.5'));
    expect(updates(world).map((call) => call.split(' ')[0])).toEqual([
      'updatePodSandboxResources',
      'updateContainerResources',
      'updateContainerResources',
      'updatePodSandboxResources',
    ]);
    expect(updates(world)[0]).toContain('{"resources":{"requests":{"cpu":"4"},"limits":{"cpu":"4"}},"overhead":{}}');
    expect(world.status.resources).toEqual({ requests: { cpu: '1' }, limits: { cpu: '1' } });
    await world.close();
  });

  it('that changes again while it is under way, or while the sandbox is made, gets the second one too', async () => {
    const clock = new FakeClock();
    const runtime = new WholePodRuntime(clock);
    const world = new EngineWorld({ clock, runtime });
    const sandbox = Promise.withResolvers<void>();
    runtime.before = (call) => (call.startsWith('runPodSandbox') ? sandbox.promise : undefined);
    await world.create(whole('2', '1'));
    await resize(world, whole('4', '1'));
    sandbox.resolve();
    await world.settle();
    expect([...runtime.sandboxConfigs.values()].map(({ prepared }) => prepared.pod.spec?.resources?.limits)).toEqual([
      { cpu: '2' },
    ]);
    expect(updates(world).map((call) => call.split(' ')[0])).toEqual(['updatePodSandboxResources']);
    expect(world.status.resources).toEqual({ requests: { cpu: '4' }, limits: { cpu: '4' } });
    await world.close();
  });

  it('keeps what it has in a runtime that cannot change that', async () => {
    const world = new EngineWorld();
    await world.create(whole('2', '1'));
    await resize(world, whole('4', '1'));
    expect(condition(world, 'PodResizePending')).toMatchObject({ reason: 'Infeasible' });
    await world.close();
  });
});
