import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { EventCorrelator, type EventRecord, type InvolvedObject } from './event-correlator.ts';

const pod: InvolvedObject = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-0', uid: 'u-1' };

describe('the correlation of events', () => {
  let clock: FakeClock;
  let correlator: EventCorrelator;

  beforeEach(() => {
    clock = new FakeClock({ now: Date.UTC(2026, 0, 1) });
    correlator = new EventCorrelator(clock, () => 0);
  });

  const record = (message: string, reason = 'BackOff', involved = pod): EventRecord | undefined =>
    correlator.correlate(involved, { type: 'Warning', reason, message });

  it('counts a repeat on the same event, with the time of the last', async () => {
    const first = record('again');
    await clock.advance(60_000);
    const second = record('again');
    expect(second).toBe(first);
    expect(second).toMatchObject({ count: 2 });
    expect((second?.lastTimestamp ?? 0) - (second?.firstTimestamp ?? 0)).toBe(60_000);
  });

  it('begins anew when there was no repeat for ten minutes', async () => {
    const first = record('again');
    await clock.advance(600_001);
    const second = record('again');
    expect(second).not.toBe(first);
    expect(second).toMatchObject({ count: 1 });
    expect(second?.name).not.toBe(first?.name);
  });

  it.each([
    ['message', () => record('other')],
    ['reason', () => record('again', 'Failed')],
    ['uid', () => record('again', 'BackOff', { ...pod, uid: 'u-2' })],
    ['part of the object', () => record('again', 'BackOff', { ...pod, fieldPath: 'spec.containers{app}' })],
  ])('keeps events apart that differ in their %s', (_what, other) => {
    const first = record('again');
    expect(other()).not.toBe(first);
    expect(first).toMatchObject({ count: 1 });
  });

  it('combines the tenth different message of one reason within ten minutes, and those after it', () => {
    const records = Array.from({ length: 12 }, (_, index) => record(`attempt ${index}`));
    expect(records.slice(0, 9).every((entry) => entry?.count === 1 && entry.message.startsWith('attempt'))).toBe(true);
    expect(records[9]).toBe(records[11]);
    expect(records[11]).toMatchObject({ count: 3, message: '(combined from similar events): attempt 11' });
    expect(record('attempt 0'), 'one of the first is still itself').toBe(records[0]);
  });

  it('combines no more once the object was quiet for ten minutes', async () => {
    for (let index = 0; index < 10; index++) record(`attempt ${index}`);
    await clock.advance(600_001);
    expect(record('attempt 11')?.message).toBe('attempt 11');
  });

  it('lets one object say 25 things of a type, then one every five minutes; what it said meanwhile is counted', async () => {
    for (let index = 0; index < 25; index++) expect(record('again')).toBeDefined();
    expect(record('again')).toBeUndefined();
    expect(record('other')).toBeUndefined();
    expect(record('again', 'BackOff', { ...pod, uid: 'u-2' }), 'another object is heard').toBeDefined();
    expect(
      correlator.correlate(pod, { type: 'Normal', reason: 'Started', message: 'x' }),
      'another type too',
    ).toBeDefined();
    await clock.advance(300_000);
    expect(record('again')).toMatchObject({ count: 27 });
    expect(record('again')).toBeUndefined();
  });

  it('names an event after its object and the time, no two alike', () => {
    const names = [record('a'), record('b')].map((entry) => entry?.name);
    for (const name of names) expect(name).toMatch(/^web-0\.[0-9a-f]{16}$/);
    expect(new Set(names).size).toBe(2);
  });

  it('keeps within what a name may be', () => {
    const name = record('a', 'BackOff', { ...pod, name: `${'x'.repeat(235)}-.${'y'.repeat(16)}` })?.name ?? '';
    expect(name.length).toBeLessThanOrEqual(253);
    expect(name).toMatch(/^x+\.[0-9a-f]{16}$/);
  });

  it('puts the events of what has no namespace into default', () => {
    const node = { apiVersion: 'v1', kind: 'Node', name: 'virtual-1', uid: 'n-1' };
    expect(record('a', 'NodeNotReady', node)).toMatchObject({ namespace: 'default', involved: node });
  });
});
