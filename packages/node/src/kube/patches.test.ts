import { describe, expect, it } from 'vitest';
import { nodeMergeSchema, podMergeSchema } from './merge-schema.ts';
import { threeWayStrategicMerge, twoWayStrategicMerge } from './patches.ts';

const two = (current: object, desired: object): unknown => twoWayStrategicMerge(current, desired, podMergeSchema);
const three = (original: object, modified: object, current: object): unknown =>
  threeWayStrategicMerge(original, modified, current, nodeMergeSchema);

describe('twoWayStrategicMerge', () => {
  it('is undefined when nothing differs; undefined and null count as not there', () => {
    expect(
      two({ status: { phase: 'Running', reason: null } }, { status: { phase: 'Running', message: undefined } }),
    ).toBe(undefined);
    expect(two({}, {})).toBe(undefined);
  });

  it('names the fields that differ, and deletes with null', () => {
    expect(
      two(
        { status: { phase: 'Pending', reason: 'Waiting', startTime: 't', qosClass: 'Burstable' } },
        { status: { phase: 'Running', startTime: 't', qosClass: 'Burstable', podIP: '10.0.0.1' } },
      ),
    ).toEqual({ status: { phase: 'Running', reason: null, podIP: '10.0.0.1' } });
  });

  it('changes conditions by type, adds new ones and deletes those that are gone', () => {
    expect(
      two(
        {
          status: {
            conditions: [
              { type: 'PodScheduled', status: 'True' },
              { type: 'Ready', status: 'False', reason: 'ContainersNotReady' },
              { type: 'Old', status: 'True' },
            ],
          },
        },
        {
          status: {
            conditions: [
              { type: 'New', status: 'True' },
              { type: 'PodScheduled', status: 'True' },
              { type: 'Ready', status: 'True' },
            ],
          },
        },
      ),
    ).toEqual({
      status: {
        conditions: [
          { type: 'New', status: 'True' },
          { type: 'Ready', status: 'True', reason: null },
          { $patch: 'delete', type: 'Old' },
        ],
      },
    });
  });

  it('does not mind the order of conditions', () => {
    const a = { type: 'A', status: 'True' };
    const b = { type: 'B', status: 'True' };
    expect(two({ status: { conditions: [a, b] } }, { status: { conditions: [b, a] } })).toBe(undefined);
  });

  it('replaces an IP address by deleting the old one', () => {
    expect(
      two(
        { status: { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] } },
        { status: { podIP: '10.0.0.2', podIPs: [{ ip: '10.0.0.2' }] } },
      ),
    ).toEqual({
      status: { podIP: '10.0.0.2', podIPs: [{ ip: '10.0.0.2' }, { $patch: 'delete', ip: '10.0.0.1' }] },
    });
  });

  it('says the order of IP addresses where the API server would get another one, and only there', () => {
    const [first, second, third] = ['10.0.0.1', 'fd00::1', '10.0.0.3'].map((ip) => ({ ip }));
    expect(two({ status: { podIPs: [first] } }, { status: { podIPs: [first, second] } })).toEqual({
      status: { podIPs: [second] },
    });
    expect(two({ status: { podIPs: [first] } }, { status: { podIPs: [second, first] } })).toEqual({
      status: { '$setElementOrder/podIPs': [second, first], podIPs: [second] },
    });
    expect(two({ status: { hostIPs: [first, second] } }, { status: { hostIPs: [second, first] } })).toEqual({
      status: { '$setElementOrder/hostIPs': [second, first] },
    });
    expect(two({ status: { podIPs: [first, second] } }, { status: { podIPs: [third, second] } })).toEqual({
      status: {
        '$setElementOrder/podIPs': [third, second],
        podIPs: [third, { $patch: 'delete', ...first }],
      },
    });
  });

  it('does not write an empty list or object where there is none: the API server would leave it out again', () => {
    expect(two({ status: {} }, { status: { podIPs: [], containerStatuses: [], extra: {} } })).toBe(undefined);
    expect(two({ status: { containerStatuses: [{ name: 'a' }] } }, { status: { containerStatuses: [] } })).toEqual({
      status: { containerStatuses: [] },
    });
  });

  it('deletes a list that is gone altogether, and writes a new one whole', () => {
    expect(two({ status: { podIPs: [{ ip: '10.0.0.1' }] } }, { status: {} })).toEqual({ status: { podIPs: null } });
    expect(two({ status: {} }, { status: { podIPs: [{ ip: '10.0.0.1' }] } })).toEqual({
      status: { podIPs: [{ ip: '10.0.0.1' }] },
    });
  });

  it('replaces container statuses as a whole', () => {
    const running = { name: 'a', state: { running: { startedAt: 't' } } };
    const ended = { name: 'a', state: { terminated: { exitCode: 3 } } };
    const other = { name: 'b', state: {} };
    expect(
      two({ status: { containerStatuses: [running, other] } }, { status: { containerStatuses: [ended, other] } }),
    ).toEqual({ status: { containerStatuses: [ended, other] } });
  });

  it('goes into objects that it knows nothing of, and replaces values of another type', () => {
    expect(two({ metadata: { labels: { a: '1', b: '2' } } }, { metadata: { labels: { a: '1', c: '3' } } })).toEqual({
      metadata: { labels: { b: null, c: '3' } },
    });
    expect(two({ status: { resize: { a: 1 } } }, { status: { resize: 'x' } })).toEqual({ status: { resize: 'x' } });
  });
});

describe('threeWayStrategicMerge', () => {
  const ours = { type: 'Ready', status: 'True' };
  const theirs = { type: 'NetworkUnavailable', status: 'False' };

  it('keeps the conditions, labels and fields that others wrote', () => {
    const wanted = { metadata: { labels: { ours: '1' } }, status: { conditions: [ours] } };
    const live = {
      metadata: { labels: { ours: '1', theirs: '2' } },
      status: { conditions: [ours, theirs], volumesAttached: ['v'] },
    };
    expect(three(wanted, wanted, live)).toBe(undefined);
  });

  it('sets what somebody else changed of ours back', () => {
    const wanted = { status: { conditions: [ours] } };
    expect(three(wanted, wanted, { status: { conditions: [{ ...ours, status: 'Unknown' }, theirs] } })).toEqual({
      status: { conditions: [ours] },
    });
  });

  it('deletes what we do not want any more, unless it is gone already', () => {
    const before = {
      metadata: { labels: { a: '1' } },
      status: { conditions: [ours, { type: 'Mine', status: 'True' }] },
    };
    const after = { metadata: { labels: {} }, status: { conditions: [ours] } };
    expect(three(before, after, before)).toEqual({
      metadata: { labels: { a: null } },
      status: { conditions: [{ $patch: 'delete', type: 'Mine' }] },
    });
    expect(three(before, after, { metadata: {}, status: { conditions: [ours, theirs] } })).toBe(undefined);
  });

  it('replaces the addresses as a whole when two have the same type', () => {
    const v4 = { type: 'InternalIP', address: '10.0.0.1' };
    const v6 = { type: 'InternalIP', address: 'fd00::1' };
    const name = { type: 'Hostname', address: 'n1' };
    const addresses = (...list: object[]): object => ({ status: { addresses: list } });
    expect(three(addresses(v4, name), addresses(v4, v6, name), addresses(v4, name))).toEqual(
      addresses(v4, v6, name, { $patch: 'replace' }),
    );
    expect(three(addresses(v4, v6), addresses(v4, v6), addresses(v4, v6))).toBe(undefined);
    expect(three(addresses(v4, name), addresses({ ...v4, address: '10.0.0.9' }, name), addresses(v4, name))).toEqual(
      addresses({ type: 'InternalIP', address: '10.0.0.9' }),
    );
  });

  it('replaces lists without a key, such as taints and images', () => {
    expect(
      three(
        { spec: { taints: [] }, status: { images: [{ names: ['a'] }] } },
        { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] }, status: { images: [{ names: ['b'] }] } },
        { spec: {}, status: { images: [{ names: ['a'] }] } },
      ),
    ).toEqual({ spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] }, status: { images: [{ names: ['b'] }] } });
  });
});
