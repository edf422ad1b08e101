import { describe, expect, it } from 'vitest';
import { toleratesTaint, untoleratedTaints } from './tolerations.ts';

const taint = { key: 'k', value: 'v', effect: 'NoSchedule' } as const;

describe('a toleration', () => {
  it.each([
    ['of the same key and value', { key: 'k', value: 'v' }, true],
    ['of the same key, value and effect', { key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' }, true],
    ['of another value', { key: 'k', value: 'w' }, false],
    ['of another effect', { key: 'k', value: 'v', effect: 'NoExecute' }, false],
    ['of the existence of the key', { key: 'k', operator: 'Exists' }, true],
    ['of the existence of another key', { key: 'x', operator: 'Exists' }, false],
    ['of whatever exists', { operator: 'Exists' }, true],
    ['of whatever exists, for one effect', { operator: 'Exists', effect: 'NoExecute' }, false],
    ['with an unknown operator', { key: 'k', operator: 'Gt', value: 'v' }, false],
  ])('%s covers k=v:NoSchedule or not: %j, %s', (_what, toleration, covered) => {
    expect(toleratesTaint(toleration, taint)).toBe(covered);
  });

  it('is asked for only where the effect matters', () => {
    const taints = [taint, { key: 'p', effect: 'PreferNoSchedule' } as const];
    expect(untoleratedTaints(taints, [], ['NoSchedule'])).toEqual([taint]);
    expect(untoleratedTaints(taints, [{ operator: 'Exists' }], ['NoSchedule', 'PreferNoSchedule'])).toEqual([]);
  });
});
