import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KubeEvent } from '../provider/wire.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { refusal, ScriptedKubeClient } from '../testing/scripted-kube-client.ts';
import { abortOf } from '../work/abort-of.ts';
import { TaskGroup } from '../work/task-group.ts';
import type { KubeRequest } from './client.ts';
import { EventRecorder, type EventRecorderOptions } from './event-recorder.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-0', uid: 'u-1' };
const never = new AbortController().signal;

describe('the event recorder', () => {
  let clock: FakeClock;
  let client: ScriptedKubeClient;
  let controller: AbortController;
  let running: Promise<void>;

  beforeEach(() => {
    clock = new FakeClock({ now: Date.UTC(2026, 0, 1, 12, 0, 0, 250) });
    client = new ScriptedKubeClient();
    controller = new AbortController();
  });

  afterEach(async () => {
    controller.abort();
    await running;
  });

  function begin(recorder: EventRecorder): void {
    const group = new TaskGroup(controller.signal);
    group.spawn('what else there is', abortOf);
    recorder.start(group);
    running = group.join();
  }

  function start(options: Partial<EventRecorderOptions> = {}): EventRecorder {
    const recorder = new EventRecorder({ client, clock, nodeName: 'virtual-1', random: () => 0, ...options });
    begin(recorder);
    return recorder;
  }

  const say = (recorder: EventRecorder, message: string, involved = pod): void =>
    recorder.record(involved, { type: 'Warning', reason: 'BackOff', message });

  const reachable = () => ({});

  describe('that gives way for a moment', () => {
    it('writes once the moment is over', async () => {
      const recorder = start({ holdMilliseconds: 100 });
      say(recorder, 'first');
      await clock.advance(99);
      expect(client.lines).toEqual([]);
      say(recorder, 'second', { ...pod, name: 'db-0' });
      await clock.advance(99);
      expect(client.lines).toEqual([]);
      await clock.advance(1);
      expect(client.lines).toHaveLength(2);
    });

    it('waits for ten times that at the most, each event on its own', async () => {
      const recorder = start({ holdMilliseconds: 100 });
      const written: number[] = [];
      for (let each = 0; each < 12; each++) {
        say(recorder, `event ${each}`, { ...pod, name: `web-${each}` });
        await clock.advance(90);
        written.push(client.lines.length);
      }
      expect(written).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
      await clock.advance(10);
      expect(client.lines).toHaveLength(12);
    });

    it('writes at once for who waits for it', async () => {
      const recorder = start({ holdMilliseconds: 100 });
      say(recorder, 'last words');
      await recorder.flush(never);
      expect(client.lines).toHaveLength(1);
      expect(clock.pending).toBe(0);
    });

    it('is not kept from its end', async () => {
      const recorder = start({ holdMilliseconds: 100 });
      say(recorder, 'never written');
      controller.abort(new Error('stopped'));
      await running.catch(() => undefined);
      expect(client.lines).toEqual([]);
      expect(clock.pending).toBe(0);
    });
  });

  it('creates an event beside its object, saying who reports it and when', async () => {
    const recorder = start();
    recorder.record(
      { ...pod, fieldPath: 'spec.containers{app}' },
      { type: 'Warning', reason: 'BackOff', message: 'again' },
    );
    await recorder.flush(never);
    expect(client.lines).toEqual(['POST /api/v1/namespaces/shop/events']);
    expect(client.requests[0]?.body).toEqual({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: expect.stringMatching(/^web-0\.[0-9a-f]+$/), namespace: 'shop' },
      involvedObject: { ...pod, fieldPath: 'spec.containers{app}' },
      type: 'Warning',
      reason: 'BackOff',
      message: 'again',
      count: 1,
      firstTimestamp: '2026-01-01T12:00:00Z',
      lastTimestamp: '2026-01-01T12:00:00Z',
      source: { component: 'virtual-kubelet', host: 'virtual-1' },
      reportingComponent: 'virtual-kubelet',
      reportingInstance: 'virtual-1',
    });
  });

  it('takes any clock, also one that tells fractions of a millisecond', async () => {
    clock = new FakeClock({ now: Date.UTC(2026, 0, 1, 12, 0, 0, 250) + 0.75 });
    const recorder = start();
    say(recorder, 'one');
    await clock.advance(0.125);
    say(recorder, 'two');
    await recorder.flush(never);
    const written = client.requests.map(({ body }) => body as KubeEvent);
    expect(written.map(({ firstTimestamp }) => firstTimestamp)).toEqual([
      '2026-01-01T12:00:00Z',
      '2026-01-01T12:00:00Z',
    ]);
    expect(new Set(written.map(({ metadata }) => metadata.name)).size).toBe(2);
  });

  it('counts a repeat on the event that is there', async () => {
    const recorder = start();
    say(recorder, 'again');
    await recorder.flush(never);
    await clock.advance(5_000);
    say(recorder, 'again');
    await recorder.flush(never);
    const { body } = client.requests[0] ?? {};
    const { name } = (body as KubeEvent).metadata;
    expect(client.lines[1]).toBe(`PATCH /api/v1/namespaces/shop/events/${name}`);
    expect(client.requests[1]?.body).toEqual({ count: 2, message: 'again', lastTimestamp: '2026-01-01T12:00:05Z' });
  });

  it('writes once what was repeated before it could be written', async () => {
    const recorder = start();
    for (let index = 0; index < 7; index++) say(recorder, 'again');
    await recorder.flush(never);
    expect(client.requests).toHaveLength(1);
    expect(client.requests[0]?.body).toMatchObject({ count: 7 });
  });

  it('creates an event again that has expired in the API', async () => {
    const recorder = start();
    say(recorder, 'again');
    await recorder.flush(never);
    client.answer = ({ method }: KubeRequest) => {
      if (method === 'PATCH') throw refusal(404, 'NotFound');
      return {};
    };
    say(recorder, 'again');
    await recorder.flush(never);
    expect(client.requests.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'POST']);
    expect(client.requests[2]?.body).toMatchObject({ count: 2 });
    expect(recorder.dropped).toBe(0);
  });

  it('writes events of a node into default', async () => {
    const recorder = start();
    recorder.record(
      { apiVersion: 'v1', kind: 'Node', name: 'virtual-1', uid: 'n-1' },
      { type: 'Normal', reason: 'NodeReady', message: 'ready' },
    );
    await recorder.flush(never);
    expect(client.lines).toEqual(['POST /api/v1/namespaces/default/events']);
  });

  it('waits for an API server that cannot be reached, and then writes in order', async () => {
    const recorder = start();
    client.answer = () => {
      throw new Error('connection refused');
    };
    say(recorder, 'one');
    await clock.advance(0);
    say(recorder, 'two');
    client.answer = reachable;
    const flushed = recorder.flush(never);
    await clock.advance(500);
    await flushed;
    expect(client.requests.map(({ body }) => (body as { message: string }).message)).toEqual(['one', 'one', 'two']);
    expect(recorder.dropped).toBe(0);
  });

  it('waits as long as a throttling API server asks', async () => {
    const recorder = start();
    const throttled = refusal(429, 'TooManyRequests');
    client.answer = () => {
      throw Object.assign(throttled, { retryAfterMilliseconds: 7_000 });
    };
    say(recorder, 'one');
    await clock.advance(6_999);
    expect(client.requests).toHaveLength(1);
    client.answer = reachable;
    await clock.advance(1);
    expect(client.requests).toHaveLength(2);
  });

  it('gives an event up after twelve attempts', async () => {
    const recorder = start();
    client.answer = () => {
      throw refusal(500, 'InternalError');
    };
    say(recorder, 'one');
    await clock.advance(600_000);
    expect(client.requests).toHaveLength(12);
    expect(recorder.dropped).toBe(1);
  });

  it.each([
    ['a namespace that is going', refusal(403, 'Forbidden', [{ reason: 'NamespaceTerminating' }]), 0],
    ['a namespace that is gone', refusal(404, 'NotFound'), 0],
    ['an event that is malformed', refusal(422, 'Invalid'), 1],
    ['a client without the right', refusal(403, 'Forbidden'), 1],
  ])('drops at once what is refused for %s', async (_why, error, warnings) => {
    const warned: string[] = [];
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: (message: string) => void warned.push(message),
      error: () => undefined,
      with: () => log,
    };
    const recorder = start({ log });
    client.answer = () => {
      throw error;
    };
    say(recorder, 'one');
    await recorder.flush(never);
    expect(client.requests).toHaveLength(1);
    expect(recorder.dropped).toBe(1);
    expect(warned).toHaveLength(warnings);
  });

  it('takes an event for written whose creation was answered by AlreadyExists', async () => {
    const recorder = start();
    client.answer = () => {
      throw refusal(409, 'AlreadyExists');
    };
    say(recorder, 'one');
    await recorder.flush(never);
    client.answer = reachable;
    say(recorder, 'one');
    await recorder.flush(never);
    expect(client.requests.map(({ method }) => method)).toEqual(['POST', 'PATCH']);
  });

  it('spends no more than its budget', async () => {
    const recorder = start({ budget: { burst: 2, tokensPerSecond: 1 } });
    for (const name of ['a', 'b', 'c', 'd']) say(recorder, 'one', { ...pod, name, uid: name });
    await clock.advance(0);
    expect(client.requests).toHaveLength(2);
    await clock.advance(999);
    expect(client.requests).toHaveLength(2);
    await clock.advance(1);
    expect(client.requests).toHaveLength(3);
  });

  it('drops the oldest and counts it when too many wait', async () => {
    const recorder = new EventRecorder({ client, clock, nodeName: 'virtual-1', queueLimit: 2 });
    for (const name of ['a', 'b', 'c']) say(recorder, 'one', { ...pod, name, uid: name });
    expect(recorder.dropped).toBe(1);
    begin(recorder);
    await recorder.flush(never);
    const names = client.requests.map(({ body }) => (body as { involvedObject: { name: string } }).involvedObject.name);
    expect(names).toEqual(['b', 'c']);
  });

  it('returns from record at once, whatever the API server does', () => {
    const recorder = start();
    client.answer = () => new Promise(() => undefined);
    say(recorder, 'one');
    expect(client.requests).toHaveLength(0);
    running = Promise.resolve();
  });

  it('replaces what looks like a credential', async () => {
    const recorder = start();
    say(recorder, 'pull failed: https://user:hunter2@registry.example/');
    await recorder.flush(never);
    expect(JSON.stringify(client.requests)).not.toContain('hunter2');
  });

  it('writes what is left when it is closed, and takes nothing more', async () => {
    const recorder = start();
    say(recorder, 'one');
    await recorder.close(never);
    say(recorder, 'two');
    await clock.advance(60_000);
    expect(client.requests).toHaveLength(1);
    expect(recorder.dropped).toBe(1);
  });

  it('gives up and counts what is left when the time to close is over', async () => {
    const onDropped = vi.fn<() => void>();
    const recorder = start({ onDropped });
    client.answer = () => {
      throw new Error('connection refused');
    };
    for (const name of ['a', 'b']) say(recorder, 'one', { ...pod, name, uid: name });
    const time = new AbortController();
    const closed = recorder.close(time.signal);
    await clock.advance(1_000);
    time.abort(new Error('out of time'));
    await closed;
    const tried = client.requests.length;
    await clock.advance(60_000);
    expect(client.requests).toHaveLength(tried);
    expect([recorder.dropped, onDropped.mock.calls.length]).toEqual([2, 2]);
  });

  it('leaves nothing behind when it is stopped', async () => {
    start();
    await clock.advance(0);
    controller.abort();
    await running;
    expect(clock.pending).toBe(0);
  });
});
