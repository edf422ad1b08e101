import { describe, expect, it } from 'vitest';
import { silentLogger, type Logger } from '../provider/logger.ts';
import { UnstampedObjects } from './unstamped-objects.ts';

function setUp() {
  const lines: unknown[] = [];
  const log: Logger = {
    ...silentLogger,
    warn: (_message, { uid, count } = {}) => void lines.push(uid ?? { count }),
  };
  const objects = new UnstampedObjects(log);
  const list = (count: number): void => {
    for (let each = 0; each < count; each++) objects.saw({ namespace: 'theirs', name: 'web', uid: `u-${each}` });
    objects.listed(count);
  };
  return { lines, list };
}

describe('UnstampedObjects', () => {
  it('names each object once, however often it is listed', () => {
    const { lines, list } = setUp();
    list(2);
    list(2);
    list(3);
    expect(lines).toEqual(['u-0', 'u-1', 'u-2']);
  });

  it('names the first ten, then gives the number, and again when it has doubled', () => {
    const { lines, list } = setUp();
    list(40);
    list(40);
    list(79);
    list(30);
    expect(lines.slice(10)).toEqual([{ count: 40 }]);
    list(80);
    expect(lines.slice(10)).toEqual([{ count: 40 }, { count: 80 }]);
  });
});
