import { describe, expect, it } from 'vitest';
import { eventMessage } from './event-message.ts';

describe('the message of an event', () => {
  it.each([
    ['Authorization: Bearer abcdefgh.ijkl', 'Authorization: Bearer [redacted]'],
    ['Basic dXNlcjpwYXNzd29yZA== refused', 'Basic [redacted] refused'],
    ['got eyJhbGciOiJS.eyJzdWIiOi.c2ln back', 'got [redacted] back'],
    ['dial https://user:pass@registry.example/v2/', 'dial https://[redacted]@registry.example/v2/'],
    ['GET https://x.example/?sv=1&sig=abc%2Fd&se=2', 'GET https://x.example/?sv=1&sig=[redacted]&se=2'],
    ['{"username":"u","password":"p4ss"}', '{"username":"u","password":"[redacted]"}'],
    ['API_KEY=abc, more', 'API_KEY=[redacted], more'],
  ])('never holds what looks like a credential: %s', (text, expected) => {
    expect(eventMessage(text)).toBe(expected);
  });

  it.each([
    'secret "db" not found',
    'MountVolume.SetUp failed for volume "secret" : secret "x" not found',
    'key "token" not found in secret "shop/db"',
    'pod is at https://10.0.0.1:443/path@2',
  ])('is left alone otherwise: %s', (text) => {
    expect(eventMessage(text)).toBe(text);
  });

  it('is cut to 1,024 characters, never through one', () => {
    const message = eventMessage(`${'a'.repeat(1_020)}${'😀'.repeat(10)}`);
    expect(message.length).toBe(1_024);
    expect(message.isWellFormed()).toBe(true);
    expect(message.endsWith('...')).toBe(true);
    expect(eventMessage('a'.repeat(1_024))).toHaveLength(1_024);
  });
});
