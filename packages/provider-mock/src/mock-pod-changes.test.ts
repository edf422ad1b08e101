import { NotFound, podRefOf } from '@vk/node/provider';
import type { PreparedPod } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import { call, created, podThat, start } from './__fixtures__/mock-world.ts';

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
