import { expect, test } from 'vitest';
import { packedFileProblems } from './packed-files.ts';

const sound = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.js.map', 'dist/index.d.ts'];

test('built code, its types and the papers are what is published', () => {
  expect(packedFileProblems({ files: sound })).toEqual([]);
});

test('tests and their types are not published', () => {
  const files = [...sound, 'dist/index.test.js', 'dist/work/queue.test.d.ts', 'dist/types.test-d.d.ts'];
  expect(packedFileProblems({ files })).toHaveLength(3);
});

test('sources are not published', () => {
  expect(packedFileProblems({ files: [...sound, 'src/index.ts'] })).toEqual(['src/index.ts should not be published']);
});

test('a package that was not built, or has no license, is noticed', () => {
  expect(packedFileProblems({ files: ['package.json', 'README.md'] })).toEqual([
    'LICENSE is missing',
    'dist/index.js is missing',
    'dist/index.d.ts is missing',
  ]);
});
