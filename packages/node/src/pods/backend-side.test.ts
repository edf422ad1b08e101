import { describe, expect, it } from 'vitest';
import { silentLogger, type Logger } from '../provider/logger.ts';
import { podStatus } from '../provider/pod-status.ts';
import { podRefOf } from '../provider/pod-ref.ts';
import { stampOf } from '../testing/pod-world.ts';
import { samplePod, terminatingPod } from '../testing/sample-pod.ts';
import { ApiSide } from './api-side.ts';
import { BackendSide } from './backend-side.ts';
import { PodRecords } from './pod-records.ts';
import type { PodStatusWriter } from './status/pod-status-writer.ts';

const pod = samplePod();
const ref = podRefOf(pod);
const running = podStatus(pod, { phase: 'Running', state: { running: {} } });
const ended = podStatus(pod, { phase: 'Succeeded', state: { terminated: { exitCode: 0 } } });
const ownership = stampOf(ref);

function setUp({ notified = true } = {}) {
  const records = new PodRecords();
  const enqueued: string[] = [];
  const wanted: (string | undefined)[] = [];
  const warnings: string[] = [];
  const log: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
  const writer = {
    want: (_record: unknown, status: { phase?: string | undefined }) => void wanted.push(status.phase),
    forget: () => void wanted.push('forgotten'),
    seen: () => undefined,
    onHistoryReplaced: () => undefined,
  } as unknown as PodStatusWriter;
  const enqueue = ({ uid }: { uid: string }): number => enqueued.push(uid);
  const backend = new BackendSide({ records, writer, log, stamp: stampOf, enqueue });
  const api = new ApiSide({ records, writer, enqueue, notified, backendListed: () => backend.listed });
  return { records, enqueued, wanted, warnings, backend, api };
}

describe('what the backend says', () => {
  it('drops a listing that began before a later notification', async () => {
    const { records, backend, api } = setUp();
    api.onApply(pod);
    const began = backend.nextSequence();
    backend.onPod({ ref, ownership, status: ended });
    await backend.onListing([{ ref, ownership, status: running }], began);
    expect(records.get(ref.uid)?.backend).toMatchObject({ presence: 'present', status: { phase: 'Succeeded' } });
    await backend.onListing([], began);
    expect(records.get(ref.uid)?.backend.presence).toBe('present');
  });

  it('does not take a pod for lost that a call is just creating', async () => {
    const { records, backend, api } = setUp();
    api.onApply(pod);
    const record = records.get(ref.uid);
    if (record === undefined) throw new Error('no record');
    record.call = { method: 'createPod', abort: () => undefined };
    await backend.onListing([], backend.nextSequence());
    expect(record.backend.presence).toBe('unknown');
  });

  it('takes what is told in the middle of a long listing for newer than the listing', async () => {
    const { records, backend, api } = setUp();
    api.onApply(pod);
    const many = Array.from({ length: 150 }, (_, index) => {
      const other = { ...ref, name: `other-${index}`, uid: `other-${index}` };
      return { ref: other, ownership: stampOf(other), status: running };
    });
    const began = backend.nextSequence();
    const listing = backend.onListing([...many, { ref, ownership, status: running }], began);
    expect(backend.listed).toBe(false);
    backend.onPod({ ref, ownership, status: ended });
    await listing;
    expect(backend.listed).toBe(true);
    expect(records.size).toBe(151);
    expect(records.get(ref.uid)?.backend).toMatchObject({ status: { phase: 'Succeeded' } });
  });

  it('wakes nobody for the absence of what nobody has seen', async () => {
    const { enqueued, backend, api } = setUp();
    api.onApply(pod);
    enqueued.length = 0;
    await backend.onListing([], backend.nextSequence());
    backend.onPod({ ref, gone: true });
    expect(enqueued).toEqual([]);
  });

  it('knows nothing of a pod that is gone and was never known', () => {
    const { records, backend } = setUp();
    backend.onPod({ ref, gone: true });
    expect(records.size).toBe(0);
  });

  it('looks after an object that carries our stamp, and leaves one alone that does not', () => {
    const { records, enqueued, warnings, backend } = setUp();
    backend.onPod({ ref, ownership, status: running });
    backend.onPod({ ref: { ...ref, uid: 'x' }, ownership, status: running });
    backend.onPod({ ref: { ...ref, uid: 'y' }, status: running });
    expect([...records.all()].map(({ ref: { uid } }) => uid)).toEqual([ref.uid]);
    expect(enqueued).toEqual([ref.uid]);
    expect(warnings).toHaveLength(2);
  });

  it('does not bring a pod back to life that has ended', () => {
    const { records, wanted, backend, api } = setUp();
    api.onApply(pod);
    backend.onPod({ ref, ownership, status: ended });
    backend.onPod({ ref, ownership, status: running });
    expect(records.get(ref.uid)?.backend).toMatchObject({ status: { phase: 'Succeeded' } });
    expect(wanted).toEqual(['Succeeded']);
  });

  it('has a report written once, and the end of a deleted pod not at all: that is written in one piece', () => {
    const { wanted, backend, api } = setUp();
    api.onApply(pod);
    backend.onPod({ ref, ownership, status: running });
    backend.onPod({ ref, ownership, status: structuredClone(running) });
    api.onApply(terminatingPod(samplePod({ resourceVersion: 2 }), 30, '2026-01-01T00:00:30Z'));
    backend.onPod({ ref, ownership, status: { ...ended, phase: 'Running' } });
    backend.onPod({ ref, ownership, status: ended });
    expect(wanted).toEqual(['Running']);
  });
});

describe('what the API says', () => {
  it('lets the next report of a polled backend decide what is written over what somebody else wrote', async () => {
    const { wanted, backend, api } = setUp({ notified: false });
    await backend.onListing([{ ref, ownership, status: running }], backend.nextSequence());
    api.onApply(pod);
    api.onApply(samplePod({ resourceVersion: 2 }));
    expect(wanted).toEqual(['Running']);
    await backend.onListing([{ ref, ownership, status: running }], backend.nextSequence());
    await backend.onListing([{ ref, ownership, status: running }], backend.nextSequence());
    expect(wanted).toEqual(['Running', 'Running']);
  });

  it('drops what the watch brings late, when a look has overtaken it', () => {
    const { records, enqueued, api } = setUp();
    api.onApply(samplePod({ resourceVersion: 8 }));
    api.onFound(records.getOrAdd(ref), samplePod({ resourceVersion: 10 }));
    api.onApply(samplePod({ resourceVersion: 9, image: 'app:0' }));
    expect(records.get(ref.uid)?.pod?.metadata?.resourceVersion).toBe('10');
    expect(enqueued).toEqual([ref.uid]);
  });

  it('drops what the watch brings of the time before a write of its own, and takes in what that write made', () => {
    const { records, enqueued, api } = setUp();
    api.onApply(samplePod({ resourceVersion: 8 }));
    const record = records.getOrAdd(ref);
    const write = { over: pod, status: running, version: '10' };
    api.onWritten(record, write);
    api.onApply(samplePod({ resourceVersion: 9, image: 'app:0' }));
    expect(record.pod?.metadata?.resourceVersion).toBe('8');
    api.onApply(samplePod({ resourceVersion: 10, image: 'app:0' }));
    expect(record.pod?.metadata?.resourceVersion).toBe('10');
    expect(enqueued).toEqual([ref.uid, ref.uid]);
    api.onWritten(record, write);
    expect(record.aheadVersion).toBeUndefined();
  });

  describe.each([{ notified: true }, { notified: false }])('with a write of its own ($notified)', ({ notified }) => {
    /** The report, the version that it was written over, and what the writer was asked for from then on. */
    function written() {
      const world = setUp({ notified });
      const over = samplePod({ resourceVersion: 8 });
      world.api.onApply(over);
      world.backend.onPod({ ref, ownership, status: running });
      const record = world.records.getOrAdd(ref);
      if (record.backend.presence !== 'present' || record.backend.status === undefined) throw new Error('no report');
      const { status } = record.backend;
      world.api.onWritten(record, { over, status, version: '10' });
      world.wanted.splice(0);
      const compared = (): boolean => world.wanted.includes('Running') || record.changedInApi;
      return { ...world, record, compared };
    }

    it('does not compare the version that it made with the report that it wrote', () => {
      const { api, compared } = written();
      api.onApply(samplePod({ resourceVersion: 10 }));
      expect(compared()).toBe(false);
    });

    it('compares the next version', () => {
      const { api, compared } = written();
      api.onApply(samplePod({ resourceVersion: 10 }));
      api.onApply(samplePod({ resourceVersion: 11 }));
      expect(compared()).toBe(true);
    });

    it('compares a later one that the cache has without it, as after a relist', () => {
      const { api, compared } = written();
      api.onApply(samplePod({ resourceVersion: 11 }));
      expect(compared()).toBe(true);
    });

    it('compares the version that it made when somebody wrote between', () => {
      const { api, record, compared } = written();
      api.onApply(samplePod({ resourceVersion: 9 }));
      expect(record.pod?.metadata?.resourceVersion).toBe('8');
      api.onApply(samplePod({ resourceVersion: 10 }));
      expect(compared()).toBe(true);
    });

    it('compares it when a look had found something else before', () => {
      const { api, record, compared } = written();
      api.onFound(record, samplePod({ resourceVersion: 9 }));
      api.onApply(samplePod({ resourceVersion: 10 }));
      expect(compared()).toBe(true);
    });

    it('compares it when the backend has reported something else meanwhile', () => {
      const { api, backend, wanted, compared } = written();
      backend.onPod({ ref, ownership, status: { ...running, message: 'busy' } });
      wanted.splice(0);
      api.onApply(samplePod({ resourceVersion: 10 }));
      expect(compared()).toBe(true);
    });

    it('compares what has the same version after etcd was restored', () => {
      const { api, wanted, compared } = written();
      api.onHistoryReplaced();
      wanted.splice(0);
      api.onApply(samplePod({ resourceVersion: 10 }));
      expect(compared()).toBe(true);
    });
  });

  it('takes a lower version from the watch for what there is: versions begin again when etcd is restored', () => {
    const { records, enqueued, api } = setUp();
    api.onApply(samplePod({ resourceVersion: 100 }));
    api.onFound(records.getOrAdd(ref), samplePod({ resourceVersion: 120 }));
    api.onHistoryReplaced();
    api.onApply(samplePod({ resourceVersion: 50, image: 'app:0' }));
    expect(records.get(ref.uid)?.pod?.metadata?.resourceVersion).toBe('50');
    expect(enqueued).toEqual([ref.uid, ref.uid]);
  });

  it('does not rely on an end that was acknowledged before, once the API shows that the pod has not ended', () => {
    const { records, api } = setUp();
    api.onApply(samplePod({ resourceVersion: 8 }));
    const record = records.getOrAdd(ref);
    Object.assign(record, { terminalAcknowledged: true, apiDeleteDone: true, goneConfirmed: true });
    api.onHistoryReplaced();
    expect(record).toMatchObject({ terminalAcknowledged: false, apiDeleteDone: false, goneConfirmed: false });
    record.terminalAcknowledged = true;
    api.onApply(samplePod({ resourceVersion: 9 }));
    expect(record.terminalAcknowledged).toBe(false);
  });

  it('takes a new pod for absent in the backend once that was listed, and any other for unknown', async () => {
    const { records, backend, api } = setUp();
    api.onApply(samplePod({ name: 'early' }));
    await backend.onListing([], backend.nextSequence());
    api.onApply(samplePod({ name: 'new' }));
    api.onApply(samplePod({ name: 'ran', status: { phase: 'Running', startTime: '2026-01-01T00:00:00Z' } }));
    api.onApply(terminatingPod(samplePod({ name: 'going' }), 30, '2026-01-01T00:00:30Z'));
    const presence = (uid: string): string | undefined => records.get(uid)?.backend.presence;
    expect([presence('new-uid'), presence('ran-uid'), presence('going-uid')]).toEqual(['absent', 'unknown', 'unknown']);
  });

  it('wakes nobody for its own status writes, and for a deletion that their answer shows', () => {
    const { records, enqueued, api } = setUp();
    api.onApply(pod);
    const record = records.get(ref.uid);
    if (record === undefined) throw new Error('no record');
    api.onFound(record, samplePod({ resourceVersion: 2, status: running }));
    api.onAcknowledged(record);
    expect(enqueued).toEqual([ref.uid]);
    const aborted: Error[] = [];
    record.call = { method: 'createPod', abort: (reason) => void aborted.push(reason) };
    api.onFound(record, terminatingPod(samplePod({ resourceVersion: 4 }), 30, '2026-01-01T00:00:30Z'));
    expect(enqueued).toEqual([ref.uid, ref.uid]);
    expect(aborted).toHaveLength(1);
  });

  it('ignores what a look found of a pod that is gone meanwhile', () => {
    const { records, api } = setUp();
    api.onApply(pod);
    const record = records.get(ref.uid);
    if (record === undefined) throw new Error('no record');
    api.onDelete(pod);
    api.onFound(record, samplePod({ resourceVersion: 7 }));
    expect(record.pod).toBeUndefined();
    expect(record.lastPod).toBe(pod);
  });
});
