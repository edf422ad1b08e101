import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../provider/logger.ts';
import { podRefOf } from '../../provider/pod-ref.ts';
import type { PodStatus } from '../../provider/wire.ts';
import { TaskGroup } from '../../work/task-group.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { FakePodApi, refused } from '../../testing/fake-pod-api.ts';
import { samplePod, terminatingPod } from '../../testing/sample-pod.ts';
import { isMissingPod, mayHaveTakenPlace, retryOfKubeError } from '../kube-retry.ts';
import type { PodRecord } from '../pod-record.ts';
import { PodRecords } from '../pod-records.ts';
import { PodStatusWriter } from './pod-status-writer.ts';

function setUp() {
  const clock = new FakeClock();
  const api = new FakePodApi();
  const records = new PodRecords();
  const told: string[] = [];
  const writer = new PodStatusWriter({
    api,
    records,
    clock,
    log: silentLogger,
    concurrency: 4,
    retry: {
      initialMilliseconds: 100,
      maximumMilliseconds: 1_000,
      factor: 2,
      jitter: 0,
      resetAfterMilliseconds: 60_000,
    },
    hostIP: () => undefined,
    onAcknowledged: ({ ref }) => void told.push(`acknowledged ${ref.name}`),
    onMissing: ({ ref }) => void told.push(`missing ${ref.name}`),
    onWritten: (record, { version }) => (record.aheadVersion = version),
    onFound: (record, pod) => (record.pod = pod),
    classify: retryOfKubeError,
    isMissing: isMissingPod,
    mayHaveTakenPlace,
  });
  const stop = new AbortController();
  const group = new TaskGroup(stop.signal);
  writer.start(group);
  api.subscribe({
    onApply: (pod) => {
      const record = records.getOrAdd(podRefOf(pod));
      record.pod = pod;
      writer.seen(record);
    },
    onDelete: () => undefined,
    onHistoryReplaced: () => undefined,
  });
  return {
    clock,
    api,
    records,
    writer,
    told,
    add(name: string): PodRecord {
      const pod = api.apply(samplePod({ name }));
      const record = records.getOrAdd(podRefOf(pod));
      record.pod = pod;
      return record;
    },
    async stop() {
      stop.abort();
      await group.join();
    },
  };
}

describe('PodStatusWriter', () => {
  it('has one write of a pod in flight, and then sends the latest of what came meanwhile', async () => {
    const world = setUp();
    const record = world.add('web');
    const gate = Promise.withResolvers<void>();
    world.api.before = () => gate.promise;
    world.writer.want(record, { phase: 'Pending', message: '1' });
    await world.clock.advance(0);
    world.writer.want(record, { phase: 'Pending', message: '2' });
    world.writer.want(record, { phase: 'Running', message: '3' });
    await world.clock.advance(0);
    expect(world.api.calls).toHaveLength(1);
    gate.resolve();
    await world.clock.advance(0);
    expect(world.api.calls).toEqual(['patch same phase', 'patch Running']);
    expect(world.api.get('web')?.status?.message).toBe('3');
    expect(world.writer.pending).toBe(0);
    await world.stop();
  });

  it('makes a write by what the watch has shown of the one before', async () => {
    const world = setUp();
    const record = world.add('web');
    world.api.quiet = true;
    world.writer.want(record, { phase: 'Pending', message: 'starting', reason: 'Starting' });
    await world.clock.advance(0);
    world.writer.want(record, { phase: 'Running' });
    await world.clock.advance(1_000);
    expect(world.api.calls).toEqual(['patch same phase']);
    world.api.quiet = false;
    world.api.apply(world.api.get('web') ?? {});
    await world.clock.advance(0);
    expect(world.api.calls).toEqual(['patch same phase', 'patch Running']);
    expect(world.api.get('web')?.status).not.toHaveProperty('reason');
    expect(world.writer.pending).toBe(0);
    await world.stop();
  });

  it('sends the same again where somebody else has written over it before the answer came', async () => {
    const world = setUp();
    const record = world.add('web');
    const gate = Promise.withResolvers<void>();
    const written: PodStatus = { phase: 'Running', message: 'all is well' };
    const patch = world.api.patchStatus.bind(world.api);
    world.api.patchStatus = async (...call) => {
      const answer = await patch(...call);
      await gate.promise;
      return answer;
    };
    world.writer.want(record, written);
    await world.clock.advance(0);
    const shown = world.api.get('web');
    // The watch is quicker than the answer, which is older by then.
    world.api.apply({ ...shown, status: { ...shown?.status, message: 'its node is not ready' } });
    world.writer.want(record, written);
    gate.resolve();
    await world.clock.advance(0);
    expect(world.api.get('web')?.status?.message).toBe('all is well');
    expect(world.writer.pending).toBe(0);
    await world.stop();
  });

  it('sends nothing that the API shows already, and says that it is acknowledged', async () => {
    const world = setUp();
    const record = world.add('web');
    world.writer.want(record, { phase: 'Running' });
    await world.clock.advance(0);
    world.writer.want(record, { phase: 'Running' });
    await world.clock.advance(0);
    expect(world.api.calls).toEqual(['patch Running']);
    expect(world.told).toEqual(['acknowledged web', 'acknowledged web']);
    await world.stop();
  });

  it('gives the generation of a deletion no write of its own: the next one that is needed says it', async () => {
    const world = setUp();
    const record = world.add('web');
    const deleteInApi = (generation: number): void => {
      const pod = terminatingPod(world.api.get('web') ?? {}, 30, '2026-01-01T00:00:30Z');
      record.pod = world.api.apply({ ...pod, metadata: { ...pod.metadata, generation } });
    };
    world.writer.want(record, { phase: 'Running' });
    await world.clock.advance(0);
    deleteInApi(2);
    world.writer.want(record, { phase: 'Running' });
    await world.clock.advance(0);
    expect(world.api.calls).toEqual(['patch Running']);
    expect(world.told).toEqual(['acknowledged web', 'acknowledged web']);
    world.writer.want(record, { phase: 'Running', message: 'stopping' });
    await world.clock.advance(0);
    expect(world.api.calls).toEqual(['patch Running', 'patch same phase']);
    expect(world.api.get('web')?.status).toMatchObject({ message: 'stopping', observedGeneration: 2 });
    deleteInApi(3);
    world.writer.want(record, { phase: 'Succeeded', message: 'stopping' });
    await world.clock.advance(0);
    expect(world.api.calls.slice(2)).toEqual(['patch Succeeded']);
    expect(world.api.get('web')?.status?.observedGeneration).toBe(3);
    await world.stop();
  });

  it('never writes over a terminal phase, whoever wrote it', async () => {
    const world = setUp();
    const record = world.add('web');
    world.writer.want(record, { phase: 'Failed' });
    await world.clock.advance(0);
    expect(record.terminalAcknowledged).toBe(true);
    world.writer.want(record, { phase: 'Running' });
    await world.clock.advance(0);
    expect(world.api.calls).toEqual(['patch Failed']);
    expect(world.writer.pending).toBe(0);
    await world.stop();
  });

  it.each([
    ['there is no such pod', refused(404, 'NotFound', 'not found')],
    ['there is no pod with this uid', refused(409, 'Conflict', 'uid mismatch: the provided object specified uid u')],
  ])(
    'is done with a pod when %s, as soon as the watch says so too, and asks now and then until it does',
    async (_what, error) => {
      const world = setUp();
      const record = world.add('web');
      world.api.before = () => {
        throw error;
      };
      world.writer.want(record, { phase: 'Running' });
      await world.clock.advance(12_000);
      expect(world.told).toEqual(['missing web', 'missing web', 'missing web']);
      world.writer.forget(record);
      await world.clock.advance(60_000);
      expect(world.api.calls).toHaveLength(3);
      await world.writer.idle();
      await world.stop();
    },
  );

  it('tries again without end, later each time, and waits as long as it is told to', async () => {
    const world = setUp();
    const record = world.add('web');
    let failures = 3;
    world.api.before = () => {
      if (failures-- > 0) throw refused(500, 'InternalError', 'no');
    };
    world.writer.want(record, { phase: 'Running' });
    await world.clock.advance(699);
    expect(world.api.calls).toHaveLength(3);
    await world.clock.advance(1);
    expect(world.api.get('web')?.status?.phase).toBe('Running');
    await world.stop();
  });

  it('does not let one pod whose writes fail hold up another', async () => {
    const world = setUp();
    const bad = world.add('bad');
    const good = world.add('good');
    world.api.before = () => {
      if (world.api.calls.length === 1) throw refused(500, 'InternalError', 'no');
    };
    world.writer.want(bad, { phase: 'Running' });
    world.writer.want(good, { phase: 'Running' });
    await world.clock.advance(0);
    expect(world.api.get('good')?.status?.phase).toBe('Running');
    await world.stop();
  });

  it('drops what was wanted of a pod that is forgotten, and is idle then', async () => {
    const world = setUp();
    const record = world.add('web');
    world.api.before = () => {
      throw refused(500, 'InternalError', 'no');
    };
    world.writer.want(record, { phase: 'Running' });
    await world.clock.advance(0);
    const idle = world.writer.idle();
    world.writer.forget(record);
    await idle;
    await world.clock.advance(10_000);
    expect(world.api.calls).toHaveLength(1);
    await world.stop();
  });
});
