import { describe, expect, it } from 'vitest';
import { resolvePort } from './probe-target.ts';

const container = { name: 'app', ports: [{ name: 'web', containerPort: 8080 }] };

describe('the port of a probe', () => {
  it.each([
    [8081, 8081],
    ['web', 8080],
    ['8082', 8082],
  ])('%j is %d', (port, number) => {
    expect(resolvePort(port, container)).toBe(number);
  });

  it.each([
    ['80abc', 'port 80abc not found'],
    ['8.5', 'port 8.5 not found'],
    ['admin', 'port admin not found'],
    ['', 'port  not found'],
    [0, 'invalid port number: 0'],
    ['70000', 'invalid port number: 70000'],
  ])('%j is none', (port, message) => {
    expect(() => resolvePort(port, container)).toThrow(message);
  });
});
