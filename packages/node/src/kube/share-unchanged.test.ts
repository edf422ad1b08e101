import { describe, expect, it } from 'vitest';
import { deepFreeze } from './deep-freeze.ts';
import { shareUnchanged } from './share-unchanged.ts';

function pod(overrides: { resourceVersion: string; phase: string; image?: string; labels?: Record<string, string> }) {
  const { resourceVersion, phase, image = 'busybox', labels = { app: 'web' } } = overrides;
  return {
    metadata: { name: 'web', resourceVersion, labels, annotations: { a: 'b' } },
    spec: { containers: [{ name: 'c', image }] },
    status: { phase },
  };
}

describe('the new version of an object', () => {
  it('shares with the one before what did not change, also within its metadata', () => {
    const previous = deepFreeze(pod({ resourceVersion: '1', phase: 'Pending' }));
    const next = shareUnchanged(previous, pod({ resourceVersion: '2', phase: 'Running' }));
    expect(next.spec).toBe(previous.spec);
    expect(next.metadata.labels).toBe(previous.metadata.labels);
    expect(next.metadata.annotations).toBe(previous.metadata.annotations);
  });

  it('keeps every change', () => {
    const previous = deepFreeze(pod({ resourceVersion: '1', phase: 'Pending' }));
    const change = { resourceVersion: '2', phase: 'Running', image: 'nginx', labels: { app: 'shop' } };
    expect(shareUnchanged(previous, pod(change))).toEqual(pod(change));
  });

  it('takes a field that has gone for a change', () => {
    const { annotations: _, ...metadata } = pod({ resourceVersion: '2', phase: 'Pending' }).metadata;
    const previous: { metadata: object } = deepFreeze(pod({ resourceVersion: '1', phase: 'Pending' }));
    expect(shareUnchanged(previous, { metadata })).toEqual({ metadata });
  });

  it('is made without a change to what came in, which somebody else may have', () => {
    const previous = deepFreeze(pod({ resourceVersion: '1', phase: 'Pending' }));
    const next = deepFreeze(pod({ resourceVersion: '2', phase: 'Running' }));
    expect(shareUnchanged(previous, next)).toEqual(next);
  });
});
