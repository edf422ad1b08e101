import { describe, expect, it } from 'vitest';
import { isLoopback, loopbackAddress } from './loopback-address.ts';

describe('an address of this machine', () => {
  it('is HOST:PORT, with brackets around IPv6', () => {
    for (const text of ['127.0.0.1:9100', 'localhost:0', '[::1]:9100', '127.8.0.1:1'])
      expect(loopbackAddress.format(loopbackAddress.parse(text))).toBe(text);
  });

  it('is refused when other machines reach it, also as the Go project writes all of them', () => {
    for (const text of [
      ':10255',
      '0.0.0.0:10255',
      '[::]:10255',
      '10.0.0.7:10255',
      'example.org:10255',
      '127.example.org:1',
    ])
      expect(() => loopbackAddress.parse(text), text).toThrow(
        /could be reached from other machines, and nothing there asks who is asking; use 127\.0\.0\.1:\d+/,
      );
  });

  it('is refused when it is something else', () => {
    for (const text of ['9100', '127.0.0.1', '127.0.0.1:70000', 'http://127.0.0.1:1', '::1:9100'])
      expect(() => loopbackAddress.parse(text), text).toThrow(/is not HOST:PORT, such as 127\.0\.0\.1:9100/);
  });

  it('is known by the host alone', () => {
    expect(['127.0.0.1', '::1', 'LOCALHOST'].every(isLoopback)).toBe(true);
    expect(['', '1.2.3.4', '127.0.0.1.example.org', 'localhost.example.org'].some(isLoopback)).toBe(false);
  });
});
