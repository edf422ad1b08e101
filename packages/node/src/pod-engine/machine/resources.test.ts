import { describe, expect, it } from 'vitest';
import { readResources, resourcesText, sameResources } from './resources.ts';

describe('resources', () => {
  it('are the same when their amounts are, however they are written', () => {
    const a = { requests: { cpu: '500m', memory: '1Gi' }, limits: {} };
    expect(sameResources(a, { requests: { memory: '1024Mi', cpu: '0.5' } })).toBe(true);
    expect(sameResources(a, { requests: { memory: '1024Mi', cpu: '0.6' } })).toBe(false);
    expect(sameResources(a, { requests: { memory: '1024Mi' } })).toBe(false);
    expect(sameResources(undefined, { claims: [{ name: 'gpu' }] })).toBe(true);
  });

  it('come back from a runtime as they were kept there, without what was empty', () => {
    const kept = { requests: { memory: '1Gi', cpu: '500m' }, limits: {} };
    expect(readResources(resourcesText(kept))).toEqual({ requests: { cpu: '500m', memory: '1Gi' } });
    expect(readResources(resourcesText(undefined))).toEqual({});
  });

  it.each(['', 'null', '7', '{}', '{"requests":[],"limits":{}}', '{"requests":[["cpu"]],"limits":[]}', '{"requests"'])(
    'are unknown where a runtime has kept %j',
    (text) => {
      expect(readResources(text)).toBeUndefined();
    },
  );
});
