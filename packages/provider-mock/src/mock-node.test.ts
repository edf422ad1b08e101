import type { BackendPod, GonePod } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import { call, created, podThat, start } from './__fixtures__/mock-world.ts';

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
