import { expect, test } from 'vitest';
import { readLogQuery } from './log-query.ts';

const now = Date.UTC(2026, 0, 1, 12);
const read = (query: string) => readLogQuery(new URLSearchParams(query), now);

test('without parameters it is the whole log of both streams', () => {
  expect(read('')).toEqual({ follow: false, previous: false, timestamps: false });
});

test('every parameter is read', () => {
  expect(read('follow=true&previous=1&timestamps=yes&tailLines=5&sinceSeconds=60&limitBytes=7')).toEqual({
    follow: true,
    previous: true,
    timestamps: true,
    tailLines: 5,
    sinceTime: now - 60_000,
    limitBytes: 7,
  });
});

test('a flag is on unless it is false or 0, also when it has no value, as apimachinery reads it', () => {
  expect(read('follow')).toMatchObject({ follow: true });
  expect(read('follow=False')).toMatchObject({ follow: false });
  expect(read('follow=0')).toMatchObject({ follow: false });
});

test('tailLines=0 is not the same as none', () => {
  expect(read('tailLines=0')).toMatchObject({ tailLines: 0 });
});

test('the old name tail is read, and all is what leaving it out means', () => {
  expect(read('tail=3')).toMatchObject({ tailLines: 3 });
  expect(read('tail=all&tailLines=3').tailLines).toBeUndefined();
});

test('sinceTime is a time in the form of RFC 3339', () => {
  expect(read('sinceTime=2026-01-01T12:30:00%2B01:00')).toMatchObject({ sinceTime: Date.UTC(2026, 0, 1, 11, 30) });
});

test('a stream is chosen by its name in the API', () => {
  expect(read('stream=Stdout')).toMatchObject({ stream: 'stdout' });
  expect(read('stream=Stderr')).toMatchObject({ stream: 'stderr' });
  expect(read('stream=All')).not.toHaveProperty('stream');
});

test.each([
  'tailLines=x',
  'tailLines=',
  'limitBytes=1.5',
  'sinceSeconds=0x10',
  'sinceTime=yesterday',
  'tailLines=$(id)',
])('%s cannot be read: 400', (query) => {
  expect(() => read(query)).toThrow(expect.objectContaining({ status: 400 }) as Error);
});

test.each([
  'tailLines=-1',
  'limitBytes=0',
  'sinceSeconds=0',
  'sinceSeconds=-3',
  'sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z',
  'stream=stdout',
  'stream=',
  'stream=Stdout&tailLines=1',
])('%s may not be asked: 422', (query) => {
  expect(() => read(query)).toThrow(expect.objectContaining({ status: 422 }) as Error);
});

test('what is wrong is said as a message in JSON, as the kubelet says it', () => {
  expect(() => read('limitBytes=0')).toThrow('{"message":"Invalid request. limitBytes: must be greater than 0"}');
});
