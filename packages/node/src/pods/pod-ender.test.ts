import { afterEach, describe, expect, it } from 'vitest';
import { KubeError } from '../kube/kube-error.ts';
import { silentLogger, type Logger } from '../provider/logger.ts';
import { podRefOf } from '../provider/pod-ref.ts';
import { TaskGroup } from '../work/task-group.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakePodApi, refused } from '../testing/fake-pod-api.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { PodEnder } from './pod-ender.ts';
import type { PodRecord } from './pod-record.ts';
import { PodRecords } from './pod-records.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function setUp({ concurrency = 8 } = {}) {
  const clock = new FakeClock();
  const api = new FakePodApi();
  const records = new PodRecords();
  const ended: string[] = [];
  const lines: string[] = [];
  const log: Logger = {
    ...silentLogger,
    info: (message) => void lines.push(message),
    warn: (message) => void lines.push(message),
  };
  const ender = new PodEnder({
    api,
    records,
    clock,
    log,
    concurrency,
    retry: {
      initialMilliseconds: 200,
      maximumMilliseconds: 60_000,
      factor: 2,
      jitter: 0,
      resetAfterMilliseconds: 120_000,
    },
    onEnded: ({ ref }) => void ended.push(ref.name),
    onStillThere: ({ ref }) => void ended.push(`not ${ref.name}`),
  });
  const controller = new AbortController();
  const group = new TaskGroup(controller.signal);
  ender.start(group);
  stops.push(async () => {
    controller.abort(new Error('the test is over'));
    await group.join();
    expect(clock.pending).toBe(0);
  });
  const add = (name: string, metadata = {}): PodRecord => {
    const pod = api.apply(
      samplePod({ name, metadata: { name, namespace: 'default', uid: `${name}-uid`, ...metadata } }),
    );
    const record = records.getOrAdd(podRefOf(pod));
    record.pod = pod;
    return record;
  };
  return { clock, api, records, ender, ended, lines, add };
}

describe('PodEnder', () => {
  it('removes the object once, however often it is told, and knows then that it is gone', async () => {
    const { clock, api, ender, ended, lines, add } = setUp();
    const record = add('web');
    ender.end(record);
    ender.end(record);
    await clock.advance(0);
    ender.end(record);
    await clock.advance(0);
    expect(api.calls).toEqual(['end']);
    expect(record).toMatchObject({ apiDeleteDone: true, goneConfirmed: true });
    expect([ended, lines]).toEqual([['web'], ['Pod deleted']]);
  });

  it('does not take a pod for gone that a finalizer still holds', async () => {
    const { clock, ender, ended, lines, add } = setUp();
    const record = add('held', { finalizers: ['example.com/wait'] });
    ender.end(record);
    await clock.advance(0);
    expect(record).toMatchObject({ apiDeleteDone: true, goneConfirmed: false });
    expect([ended, lines]).toEqual([['held'], []]);
  });

  it('tries again without end, after the time that the API server asks for', async () => {
    const { clock, api, ender, ended, lines, add } = setUp();
    const answers = [
      refused(500, 'InternalError', 'etcd'),
      new KubeError({ code: 429, status: {}, retryAfterMilliseconds: 7_000 }),
      refused(403, 'Forbidden', 'not now'),
    ];
    api.before = () => {
      const answer = answers.shift();
      if (answer !== undefined) throw answer;
    };
    ender.end(add('web'));
    await clock.advance(200);
    expect(api.calls).toHaveLength(2);
    await clock.advance(6_999);
    expect(api.calls).toHaveLength(2);
    await clock.advance(60_000);
    expect(ended).toEqual(['web']);
    expect(lines.filter((line) => line.includes('could not be removed'))).toHaveLength(3);
  });

  it('does not let a slow removal hold up the others', async () => {
    const { clock, api, ender, ended, add } = setUp({ concurrency: 2 });
    const slow = Promise.withResolvers<void>();
    let first = true;
    api.before = () => {
      const wait = first ? slow.promise : undefined;
      first = false;
      return wait;
    };
    for (const name of ['a', 'b', 'c']) ender.end(add(name));
    await clock.advance(0);
    expect(ended).toEqual(['b', 'c']);
    slow.resolve();
    await clock.advance(0);
    expect(ended).toEqual(['b', 'c', 'a']);
  });

  it('asks for nothing where the object is gone already, or the pod is forgotten', async () => {
    const { clock, api, records, ender, add } = setUp();
    const gone = add('gone');
    gone.pod = undefined;
    ender.end(gone);
    const forgotten = add('forgotten');
    ender.end(forgotten);
    ender.forget(forgotten);
    const unknown = add('unknown');
    ender.end(unknown);
    records.remove(unknown);
    await clock.advance(0);
    expect(api.calls).toEqual([]);
  });

  it('asks whether a pod is gone that the watch does not show any more, and says so either way', async () => {
    const { clock, api, ender, ended, add } = setUp();
    const [gone, held] = [add('gone'), add('held')];
    api.quiet = true;
    api.remove('gone');
    for (const record of [gone, held]) {
      record.pod = undefined;
      ender.confirmGone(record);
    }
    await clock.advance(0);
    expect(api.calls).toEqual(['is gone', 'is gone']);
    expect([gone.goneConfirmed, held.goneConfirmed]).toEqual([true, false]);
    expect(ended).toEqual(['gone', 'not held']);
  });

  it('neither ends nor confirms a pod that is back when its turn comes, or when the answer does', async () => {
    const { clock, api, ender, ended, add } = setUp();
    const [early, late] = [add('early'), add('late')];
    const { pod } = late;
    late.pod = undefined;
    api.before = () => {
      late.pod = pod;
    };
    for (const record of [early, late]) {
      ender.confirmGone(record);
      ender.confirmGone(record);
    }
    await clock.advance(0);
    ender.confirmGone(late);
    await clock.advance(0);
    expect(api.calls).toEqual(['is gone']);
    expect([early.goneConfirmed, late.goneConfirmed, ended]).toEqual([false, false, []]);
  });

  it('goes on asking when the API server cannot say, and counts no error as gone', async () => {
    const { clock, api, ender, ended, lines, add } = setUp();
    const record = add('web');
    api.remove('web');
    record.pod = undefined;
    const answers = [refused(403, 'Forbidden', 'not now'), refused(500, 'InternalError', 'etcd')];
    api.before = () => {
      const answer = answers.shift();
      if (answer !== undefined) throw answer;
    };
    ender.confirmGone(record);
    await clock.advance(0);
    expect(record.goneConfirmed).toBe(false);
    await clock.advance(60_000);
    expect([record.goneConfirmed, ended]).toEqual([true, ['web']]);
    expect(lines.filter((line) => line.includes('could not be looked for'))).toHaveLength(2);
  });
});
