import { describe, expect, it } from 'vitest';
import type { ContainerRecord } from '../runtime/container.ts';
import type { Pod } from '../../provider/wire.ts';
import { EngineWorld, preparedPod } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';

const twoInits = [
  { name: 'first', image: 'app:1' },
  { name: 'second', image: 'app:1' },
];

function started(world: EngineWorld): string[] {
  return world.runtime.calls.filter((call) => call.startsWith('startContainer')).map((call) => call.slice(15));
}

describe('init containers', () => {
  it('run one after the other, each to its end, before the regular ones', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ name }) => (name === 'app' ? {} : { runMilliseconds: 2_000 });
    await world.create(samplePod({ spec: { initContainers: twoInits } }));
    expect(started(world)).toEqual(['first 0']);
    expect(world.status.phase).toBe('Pending');
    expect(world.stateOf('app')).toBe('PodInitializing');
    await world.advance(2);
    expect(started(world)).toEqual(['first 0', 'second 0']);
    await world.advance(2);
    expect(started(world)).toEqual(['first 0', 'second 0', 'app 0']);
    expect(world.status.phase).toBe('Running');
    expect(world.container('first')).toMatchObject({ ready: true, state: { terminated: { reason: 'Completed' } } });
    await world.close();
  });

  it('go on to their end when their image changes: the other one is for a run after it', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ name }) => (name === 'app' ? {} : { runMilliseconds: 2_000 });
    const pod = (image: string): Pod =>
      samplePod({ spec: { restartPolicy: 'Never', initContainers: [{ name: 'first', image }] } });
    await world.create(pod('app:1'));
    await world.provider.updatePod(preparedPod(pod('app:2')), undefined, world.call);
    await world.advance(2);
    expect(world.stateOf('first')).toBe('exit 0');
    expect(world.stateOf('app')).toBe('running');
    expect(started(world)).toEqual(['first 0', 'app 0']);
    await world.close();
  });

  it('that fail end a pod that never restarts, and its regular containers are never started', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ runMilliseconds: 1_000, exitCode: 1 });
    await world.create(samplePod({ spec: { restartPolicy: 'Never', initContainers: twoInits } }));
    await world.advance(2);
    expect(world.status.phase).toBe('Failed');
    expect(started(world)).toEqual(['first 0']);
    expect(world.stateOf('app')).toBe('PodInitializing');
    await world.close();
  });

  it.each(['Always', 'OnFailure'])('that fail are restarted with back-off under %s', async (restartPolicy) => {
    const world = new EngineWorld();
    world.runtime.script = ({ name, attempt }: ContainerRecord) =>
      name === 'app' ? {} : { runMilliseconds: 1_000, exitCode: attempt < 2 ? 1 : 0 };
    const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1 };
    const containers = [{ name: 'app', image: 'app:1', readinessProbe }];
    await world.create(samplePod({ spec: { restartPolicy, initContainers: twoInits.slice(0, 1), containers } }));
    await world.advance(2);
    expect(world.status.phase).toBe('Pending');
    await world.advance(6);
    expect(world.stateOf('first')).toBe('CrashLoopBackOff');
    await world.advance(6);
    const succeeded = { restartCount: 2, state: { terminated: { exitCode: 0 } } };
    expect(world.container('first')).toMatchObject(succeeded);
    expect(world.status.phase).toBe('Running');
    // It has ended for good: no wait for another run is ever shown.
    await world.advance(8);
    expect(world.container('first')).toMatchObject(succeeded);
    await world.close();
  });

  it('are not run again for a pod that is initialised, even when the runtime has lost them', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ name, attempt }) => {
      if (name === 'first') return { runMilliseconds: 1_000 };
      return attempt === 0 ? { runMilliseconds: 5_000, exitCode: 1 } : {};
    };
    await world.create(samplePod({ spec: { initContainers: twoInits.slice(0, 1) } }));
    await world.advance(2);
    for (const { id } of world.runtime.runs('web-uid', 'first')) world.runtime.containers.delete(id);
    await world.advance(10);
    expect(started(world)).toEqual(['first 0', 'app 0', 'app 1']);
    expect(world.stateOf('first')).toBe('exit 0');
    await world.close();
  });

  it('run again in a new sandbox, which the pod gets when its own is gone', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ name }) => (name === 'first' ? { runMilliseconds: 1_000 } : {});
    await world.create(samplePod({ spec: { initContainers: twoInits.slice(0, 1) } }));
    await world.advance(2);
    world.runtime.killSandbox('sandbox-1');
    await world.advance(30);
    expect(started(world)).toEqual(['first 0', 'app 0', 'first 1', 'app 1']);
    expect(world.status).toMatchObject({ phase: 'Running', podIP: '10.0.0.2' });
    expect(world.events).toContain('SandboxChanged Pod sandbox changed, it will be killed and re-created.');
    await world.close();
  });
});

const sidecar = { name: 'proxy', image: 'app:1', restartPolicy: 'Always' };

describe('sidecars', () => {
  it('start in order, each after the startup probe of the one before, and stay up', async () => {
    const world = new EngineWorld();
    let healthy = false;
    world.probe = () => ({ result: healthy ? 'success' : 'failure', output: 'not yet' });
    const startupProbe = { tcpSocket: { port: 80 }, periodSeconds: 1, failureThreshold: 30 };
    const initContainers = [
      { ...sidecar, startupProbe },
      { name: 'init', image: 'app:1' },
    ];
    world.runtime.script = ({ name }) => (name === 'init' ? { runMilliseconds: 1_000 } : {});
    await world.create(samplePod({ spec: { initContainers } }));
    await world.advance(5);
    expect(started(world)).toEqual(['proxy 0']);
    expect(world.container('proxy')).toMatchObject({ started: false, ready: false });
    healthy = true;
    await world.advance(1);
    expect(started(world)).toEqual(['proxy 0', 'init 0']);
    await world.advance(1);
    expect(started(world)).toEqual(['proxy 0', 'init 0', 'app 0']);
    expect(world.container('proxy')).toMatchObject({ started: true, ready: true });
    await world.close();
  });

  it('are restarted whatever their exit code, also while the pod never restarts', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ name, attempt }) =>
      name === 'proxy' && attempt === 0 ? { runMilliseconds: 2_000, exitCode: 0 } : {};
    await world.create(samplePod({ spec: { restartPolicy: 'Never', initContainers: [sidecar] } }));
    await world.advance(3);
    expect(started(world)).toEqual(['proxy 0', 'app 0', 'proxy 1']);
    expect(world.status.phase).toBe('Running');
    await world.close();
  });

  it('stop when all regular containers have ended, and the pod succeeds whatever they exit with', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ name }) =>
      name === 'app' ? { runMilliseconds: 2_000 } : { stopMilliseconds: 3_000, stopExitCode: 7 };
    await world.create(samplePod({ spec: { restartPolicy: 'Never', initContainers: [sidecar] } }));
    await world.advance(4);
    expect(world.status.phase).toBe('Running');
    await world.advance(2);
    expect(world.status.phase).toBe('Succeeded');
    expect(world.stateOf('proxy')).toBe('exit 7');
    await world.close();
  });

  it('are probed: one that fails its liveness probe is restarted, and the pod is ready when they are', async () => {
    const world = new EngineWorld();
    let isAlive = true;
    let isReady = false;
    world.probe = (kind) => ({ result: (kind === 'tcp' ? isAlive : isReady) ? 'success' : 'failure', output: '' });
    const proxy = {
      name: 'proxy',
      image: 'app:1',
      restartPolicy: 'Always',
      livenessProbe: { tcpSocket: { port: 1 }, initialDelaySeconds: 5, periodSeconds: 5, failureThreshold: 1 },
      readinessProbe: { httpGet: { port: 1 }, periodSeconds: 1 },
    };
    const pod = samplePod({ spec: { initContainers: [proxy] } });
    await world.create(pod);
    expect(world.container('proxy')).toMatchObject({ ready: false, started: true });
    expect(world.stateOf('app')).toBe('running');
    isReady = true;
    await world.advance(1);
    expect(world.container('proxy')?.ready).toBe(true);
    isAlive = false;
    await world.advance(5);
    isAlive = true;
    await world.advance(1);
    expect(world.container('proxy')).toMatchObject({ restartCount: 1, state: { running: {} } });
    expect(world.container('app')?.restartCount).toBe(0);
    await world.close();
  });

  it('stop after the regular containers, in reverse order, within the grace', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ stopMilliseconds: 2_000, stopExitCode: 0 });
    const initContainers = [sidecar, { ...sidecar, name: 'logger' }];
    const pod = samplePod({ spec: { initContainers } });
    await world.create(pod);
    await world.delete(pod, 30);
    const stops = (): string[] => world.runtime.calls.filter((call) => call.startsWith('stopContainer'));
    expect(stops()).toEqual(['stopContainer app 30']);
    await world.advance(2);
    expect(stops()).toEqual(['stopContainer app 30', 'stopContainer logger 28']);
    await world.advance(2);
    expect(stops().at(-1)).toBe('stopContainer proxy 26');
    await world.advance(2);
    expect(world.status.phase).toBe('Succeeded');
    await world.close();
  });
});
