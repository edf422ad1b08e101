import { expect, test } from 'vitest';
import { seededRandom } from '../../pod-engine/model/random.ts';
import { readRequestTarget } from './request-target.ts';

test('the path is given in segments, and the query as it was written', () => {
  const target = readRequestTarget('/exec/ns/web/app?command=a%20b&command=c%26d&output=1');
  expect(target?.segments).toEqual(['exec', 'ns', 'web', 'app']);
  expect(target?.query.getAll('command')).toEqual(['a b', 'c&d']);
});

test('the root has no segments', () => {
  expect(readRequestTarget('/')?.segments).toEqual([]);
  expect(readRequestTarget('/?a=b')?.segments).toEqual([]);
});

test.each([
  '',
  'pods',
  '*',
  'http://node/pods',
  '?a',
  '/a//b',
  '/a/./b',
  '/a/%2E%2e',
  '/%2f',
  '/a%0ab',
  '/é',
  '/a#b',
  '/a b',
])('%j is no plain path', (url) => {
  expect(readRequestTarget(url)).toBeUndefined();
});

test('whatever is sent, no segment is empty, leads elsewhere or has a slash in it, and nothing is thrown', () => {
  const random = seededRandom(7);
  const pieces = [
    '/',
    '.',
    '..',
    '%2e',
    '%2F',
    '%5c',
    '%00',
    '%',
    '%c3',
    '%a9',
    'a',
    'B',
    '-',
    '?',
    '&',
    ';',
    '\\',
    '\u0000',
    '#',
  ];
  let read = 0;
  for (let round = 0; round < 20_000; round += 1) {
    let url = '/';
    for (let length = Math.floor(random() * 8); length > 0; length -= 1) {
      url += pieces[Math.floor(random() * pieces.length)] ?? '';
    }
    for (const segment of readRequestTarget(url)?.segments ?? []) {
      read += 1;
      expect(/^\.{0,2}$|[/\\\p{Cc}]/u.test(segment), url).toBe(false);
    }
  }
  expect(read).toBeGreaterThan(100);
});
