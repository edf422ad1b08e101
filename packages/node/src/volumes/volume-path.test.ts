import { describe, expect, it } from 'vitest';
import { volumePath } from './volume-path.ts';

describe('the path of a file in a volume', () => {
  it.each([
    ['a', 'a'],
    ['a/b.conf', 'a/b.conf'],
    ['./a//b', 'a/b'],
    ['.hidden', '.hidden'],
    ['a/..b', 'a/..b'],
  ])('%s is %s', (path, normal) => {
    expect(volumePath(path)).toBe(normal);
  });

  it.each(['', '.', '/', '/etc/passwd', '..', '../a', 'a/../b', 'a/..', '..data', '..data/a', 'a/', 'a\0b'])(
    '%j is refused',
    (path) => {
      expect(volumePath(path)).toBeUndefined();
    },
  );
});
