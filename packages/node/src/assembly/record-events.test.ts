import { describe, expect, it } from 'vitest';
import { EventRecorder } from '../kube/event-recorder.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { ScriptedKubeClient } from '../testing/scripted-kube-client.ts';
import { eventsFlushMilliseconds, recordEvents } from './record-events.ts';

function setUp() {
  const clock = new FakeClock();
  const client = new ScriptedKubeClient();
  const recorder = new EventRecorder({ client, clock, nodeName: 'n' });
  const [stop, force] = [new AbortController(), new AbortController()];
  const notes: string[] = [];
  const ended = recordEvents({ recorders: [recorder], clock, stop: stop.signal, force: force.signal }).then(() => {
    notes.push('ended');
  });
  const record = (count: number): void => {
    for (let each = 0; each < count; each++)
      recorder.record(
        { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: `p-${each}`, uid: `${each}` },
        { type: 'Normal', reason: 'Told', message: 'something' },
      );
  };
  return { clock, client, recorder, stop, force, notes, ended, record };
}

describe('recordEvents', () => {
  it('writes what is recorded, and after a stop what waits, and ends at once when nothing does', async () => {
    const { clock, client, stop, ended, record } = setUp();
    record(3);
    stop.abort(new Error('stop'));
    await ended;
    expect(client.requests).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('does not hold up a stop for a long queue: what is not written after two seconds is dropped and counted', async () => {
    const { clock, client, recorder, stop, notes, ended, record } = setUp();
    record(1_000);
    stop.abort(new Error('stop'));
    await clock.advance(eventsFlushMilliseconds - 1);
    expect(notes).toEqual([]);
    await clock.advance(1);
    await ended;
    expect(client.requests.length).toBeGreaterThanOrEqual(190);
    expect(client.requests.length + recorder.dropped).toBe(1_000);
    expect(clock.pending).toBe(0);
  });

  it('ends at once when it is forced to', async () => {
    const { clock, client, recorder, stop, force, ended, record } = setUp();
    record(1_000);
    await clock.advance(0);
    stop.abort(new Error('stop'));
    force.abort(new Error('now'));
    await ended;
    expect(client.requests.length).toBeLessThan(1_000);
    expect(client.requests.length + recorder.dropped).toBe(1_000);
    expect(clock.pending).toBe(0);
  });
});
