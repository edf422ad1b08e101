import { expect, it } from 'vitest';
import { requestPath } from './request-path.ts';

it.each([
  ['', '/'],
  ['/', '/'],
  ['healthz', '/healthz'],
  ['/healthz?full=1&x=a b', '/healthz?full=1&x=a%20b'],
  ['/über all', '/%C3%BCber%20all'],
  ['/健康?q=é', '/%E5%81%A5%E5%BA%B7?q=%C3%A9'],
  ['/already%20escaped%2F', '/already%20escaped%2F'],
  ['/a/../b;c=d', '/a/../b;c=d'],
  ['/page#part', '/page'],
  ['/100%?a#b', '/100%25%3Fa%23b'],
  ['/tab\there', '/tab%09here'],
  ['/\ud800', '/%EF%BF%BD'],
])('the path %j of a probe is asked for as %s', (text, path) => {
  expect(requestPath(text)).toBe(path);
});
