import { describe, expect, it } from 'vitest';
import { call, created, owner, podThat, start } from './__fixtures__/mock-world.ts';

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
