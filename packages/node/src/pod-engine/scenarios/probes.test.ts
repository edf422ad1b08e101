import { describe, expect, it } from 'vitest';
import type { Container } from '../../provider/wire.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import { ExecTimeoutError } from '../runtime/exec-timeout-error.ts';

function podWith(container: Partial<Container>, spec: object = {}): ReturnType<typeof samplePod> {
  return samplePod({ spec: { ...spec, containers: [{ name: 'app', image: 'app:1', ...container }] } });
}

const quick = { periodSeconds: 1, failureThreshold: 2, timeoutSeconds: 1 };

describe('readiness probes', () => {
  it('keep a container from being ready until they succeed, after their initial delay, without any restart', async () => {
    const world = new EngineWorld();
    const asked: unknown[] = [];
    world.probe = (kind, target) => {
      asked.push([kind, target]);
      return { result: 'success', output: '' };
    };
    const readinessProbe = { ...quick, httpGet: { path: '/ready', port: 'web' }, initialDelaySeconds: 5 };
    await world.create(podWith({ readinessProbe, ports: [{ name: 'web', containerPort: 8080 }] }));
    await world.advance(4);
    expect(world.container('app')).toMatchObject({ ready: false, started: true });
    expect(asked).toEqual([]);
    await world.advance(1);
    expect(world.container('app')).toMatchObject({ ready: true, restartCount: 0 });
    expect(asked).toEqual([
      [
        'http',
        {
          scheme: 'http',
          host: '10.0.0.1',
          port: 8080,
          path: '/ready',
          headers: [],
          userAgent: 'kube-probe/1.36',
        },
      ],
    ]);
    await world.close();
  });

  it('that never succeed never restart it', async () => {
    const world = new EngineWorld();
    world.probe = () => ({ result: 'failure', output: 'HTTP probe failed with statuscode: 500' });
    await world.create(podWith({ readinessProbe: { ...quick, httpGet: { port: 80 } } }));
    await world.advance(60);
    expect(world.container('app')).toMatchObject({ ready: false, restartCount: 0 });
    expect(world.status.phase).toBe('Running');
    expect(world.events).toContain('Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 500');
    await world.close();
  });

  it('take the readiness away when they fail often enough in a row, and go on while the pod stops', async () => {
    const world = new EngineWorld();
    let result: 'success' | 'failure' = 'success';
    world.probe = () => ({ result, output: '' });
    world.runtime.script = () => ({ stopMilliseconds: 20_000 });
    const pod = podWith({ readinessProbe: { ...quick, tcpSocket: { port: 80 } } });
    await world.create(pod);
    expect(world.container('app')?.ready).toBe(true);
    await world.delete(pod, 30);
    result = 'failure';
    await world.advance(1);
    expect(world.container('app')?.ready).toBe(true);
    await world.advance(2);
    expect(world.container('app')?.ready).toBe(false);
    await world.close();
  });
});

describe('liveness probes', () => {
  it.each(['http', 'tcp', 'grpc', 'exec'] as const)('by %s restart a container that fails them', async (kind) => {
    const world = new EngineWorld();
    const fails = (): boolean => world.container('app')?.restartCount === 0;
    world.probe = () => ({ result: fails() ? 'failure' : 'success', output: 'dead' });
    world.runtime.runCommand = () => Promise.resolve(fails() ? 1 : 0);
    const handler = {
      http: { httpGet: { port: 80 } },
      tcp: { tcpSocket: { port: 80 } },
      grpc: { grpc: { port: 80, service: 's' } },
      exec: { exec: { command: ['check'] } },
    }[kind];
    await world.create(podWith({ livenessProbe: { ...quick, ...handler } }));
    await world.advance(3);
    expect(world.container('app')).toMatchObject({ restartCount: 1, state: { running: {} }, ready: true });
    expect(world.events).toContain('Killing Container app failed liveness probe, will be restarted');
    await world.advance(60);
    expect(world.container('app')?.restartCount).toBe(1);
    await world.close();
  });

  it('restart a container under its own restart policy Always, and say so', async () => {
    const world = new EngineWorld();
    world.probe = () => ({ result: 'failure', output: '' });
    const livenessProbe = { ...quick, httpGet: { port: 80 } };
    await world.create(podWith({ livenessProbe, restartPolicy: 'Always' }, { restartPolicy: 'Never' }));
    await world.advance(1);
    expect(world.events).toContain('Killing Container app failed liveness probe, will be restarted');
    expect(world.container('app')?.restartCount).toBe(1);
    await world.close();
  });

  it('count restarts monotonically, with the back-off of crashes', async () => {
    const world = new EngineWorld();
    world.probe = () => ({ result: 'failure', output: '' });
    await world.create(podWith({ livenessProbe: { ...quick, httpGet: { port: 80 } } }));
    const counts: number[] = [];
    for (let minute = 0; minute < 8; minute++) {
      await world.advance(30);
      counts.push(world.container('app')?.restartCount ?? -1);
    }
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBeGreaterThanOrEqual(4);
    expect(world.events.some((event) => event.startsWith('BackOff Back-off restarting'))).toBe(true);
    await world.close();
  });

  it.each([
    { of: 'the pod', spec: { restartPolicy: 'OnFailure' }, container: {} },
    { of: 'the container', spec: { restartPolicy: 'Never' }, container: { restartPolicy: 'OnFailure' } },
  ])('restart a container that ends well when it is stopped for them, under OnFailure of $of', async (policies) => {
    const world = new EngineWorld();
    let isDead = true;
    world.probe = () => ({ result: isDead ? 'failure' : 'success', output: '' });
    world.runtime.script = () => ({ stopExitCode: 0 });
    const livenessProbe = { ...quick, httpGet: { port: 80 } };
    await world.create(podWith({ livenessProbe, ...policies.container }, policies.spec));
    await world.advance(1);
    expect(world.container('app')).toMatchObject({ restartCount: 1, state: { running: {} } });
    expect(world.container('app')?.lastState?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    await world.advance(1);
    expect(world.container('app')).toMatchObject({ restartCount: 1, state: { terminated: { exitCode: 0 } } });
    await world.advance(6);
    expect(world.stateOf('app')).toBe('CrashLoopBackOff');
    isDead = false;
    await world.advance(4);
    expect(world.container('app')).toMatchObject({ restartCount: 2, state: { running: {} } });
    expect(world.statuses.map(({ phase }) => phase)).not.toContain('Succeeded');
    await world.close();
  });

  it('end a container under Never, by what it exits with', async () => {
    const world = new EngineWorld();
    world.probe = () => ({ result: 'failure', output: '' });
    world.runtime.script = () => ({ stopExitCode: 0 });
    await world.create(podWith({ livenessProbe: { ...quick, httpGet: { port: 80 } } }, { restartPolicy: 'Never' }));
    await world.advance(10);
    expect(world.status.phase).toBe('Succeeded');
    expect(world.runtime.runs('web-uid', 'app')).toHaveLength(1);
    await world.close();
  });

  it('stop a container within their own grace', async () => {
    const world = new EngineWorld();
    world.probe = () => ({ result: 'failure', output: '' });
    world.runtime.script = () => ({ stopMilliseconds: Number.POSITIVE_INFINITY });
    const livenessProbe = { ...quick, httpGet: { port: 80 }, terminationGracePeriodSeconds: 5 };
    await world.create(podWith({ livenessProbe }, { terminationGracePeriodSeconds: 500 }));
    await world.advance(2);
    expect(world.runtime.calls).toContain('stopContainer app 5');
    await world.advance(5);
    expect(world.container('app')?.lastState?.terminated?.exitCode).toBe(137);
    await world.close();
  });

  it('that run into their time fail, and those that cannot be made count for nothing', async () => {
    const world = new EngineWorld();
    let error: Error = new ExecTimeoutError(1_000);
    world.runtime.runCommand = () => Promise.reject(error);
    await world.create(podWith({ livenessProbe: { ...quick, exec: { command: ['sleep', '10'] } } }));
    await world.advance(1);
    expect(world.events).toContain('Unhealthy Liveness probe failed: command timed out after 1 s');
    expect(world.container('app')?.restartCount).toBe(1);
    error = new Error('the runtime is away');
    await world.advance(60);
    expect(world.container('app')?.restartCount).toBe(1);
    await world.close();
  });

  it('are not made while a pod stops', async () => {
    const world = new EngineWorld();
    let probes = 0;
    world.probe = () => {
      probes++;
      return { result: 'success', output: '' };
    };
    world.runtime.script = () => ({ stopMilliseconds: 20_000 });
    const pod = podWith({ livenessProbe: { ...quick, httpGet: { port: 80 } } });
    await world.create(pod);
    await world.delete(pod, 30);
    const before = probes;
    expect(before).toBeGreaterThan(0);
    await world.advance(10);
    expect(probes).toBe(before);
    await world.close();
  });
});

describe('startup probes', () => {
  it('hold the others back until they succeed, then end', async () => {
    const world = new EngineWorld();
    const asked: string[] = [];
    let up = false;
    world.probe = (kind) => {
      asked.push(kind);
      return { result: kind === 'tcp' && !up ? 'failure' : 'success', output: '' };
    };
    await world.create(
      podWith({
        startupProbe: { ...quick, failureThreshold: 60, tcpSocket: { port: 80 } },
        livenessProbe: { ...quick, grpc: { port: 80 } },
        readinessProbe: { ...quick, httpGet: { port: 80 } },
      }),
    );
    await world.advance(10);
    expect(new Set(asked)).toEqual(new Set(['tcp']));
    expect(world.container('app')).toMatchObject({ started: false, ready: false });
    up = true;
    await world.advance(1);
    expect(world.container('app')).toMatchObject({ started: true, ready: true });
    asked.length = 0;
    await world.advance(5);
    expect(new Set(asked)).toEqual(new Set(['grpc', 'http']));
    await world.close();
  });

  it('stop a container within their own grace', async () => {
    const world = new EngineWorld();
    world.probe = () => ({ result: 'failure', output: '' });
    const startupProbe = { ...quick, httpGet: { port: 80 }, terminationGracePeriodSeconds: 5 };
    await world.create(podWith({ startupProbe }, { terminationGracePeriodSeconds: 500 }));
    await world.advance(3);
    expect(world.runtime.calls).toContain('stopContainer app 5');
    await world.close();
  });

  it('restart a container that does not come up in time', async () => {
    const world = new EngineWorld();
    world.probe = () => ({ result: 'failure', output: '' });
    await world.create(podWith({ startupProbe: { ...quick, httpGet: { port: 80 } } }));
    await world.advance(3);
    expect(world.events).toContain('Killing Container app failed startup probe, will be restarted');
    expect(world.container('app')?.restartCount).toBe(1);
    await world.close();
  });
});
