import { describe, expect, it } from 'vitest';
import type { Taint } from '../resources/nodes/node-types.ts';
import { toleratedMilliseconds } from './eviction-time.ts';

const unreachable: Taint = { key: 'unreachable', effect: 'NoExecute' };
const other: Taint = { key: 'other', effect: 'NoExecute' };

describe('how long a pod may stay on a tainted node', () => {
  it.each([
    ['for ever, when nothing drives it away', [{ key: 'k', effect: 'NoSchedule' }], [], undefined],
    ['not at all, when it does not tolerate a taint', [unreachable], [], 0],
    ['for ever, when it tolerates it without a time', [unreachable], [{ operator: 'Exists' }], undefined],
    [
      'as long as it says',
      [unreachable],
      [{ key: 'unreachable', operator: 'Exists', tolerationSeconds: 300 }],
      300_000,
    ],
    ['not at all, when it says no time', [unreachable], [{ operator: 'Exists', tolerationSeconds: -1 }], 0],
    [
      'the shortest of the times that cover its taints',
      [unreachable, other],
      [
        { key: 'unreachable', operator: 'Exists', tolerationSeconds: 300 },
        { key: 'other', operator: 'Exists', tolerationSeconds: 60 },
        { operator: 'Exists' },
      ],
      60_000,
    ],
    [
      'not at all, when it tolerates only one of two',
      [unreachable, other],
      [{ key: 'unreachable', operator: 'Exists', tolerationSeconds: 300 }],
      0,
    ],
  ] as const)('%s', (_rule, taints, tolerations, milliseconds) => {
    expect(toleratedMilliseconds([...taints], [...tolerations])).toBe(milliseconds);
  });
});
