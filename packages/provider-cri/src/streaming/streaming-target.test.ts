import { Terminal } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import { streamingTarget } from './streaming-target.ts';

const policy = { allowedHosts: ['127.0.0.1', '::1', 'runtime.example:10010'] };

describe('the address of a one-time streaming URL', () => {
  it.each([
    'http://127.0.0.1:35871/exec/token',
    'http://[::1]:35871/attach/token',
    'https://runtime.example:10010/portforward/token',
  ])('%s is dialled: its host is allowed', (url) => {
    expect(streamingTarget(url, policy).href).toBe(url);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://127.0.0.1.example:80/exec/token',
    'http://127.0.0.2:1/exec/token',
    'http://runtime.example:10011/exec/token',
    'http://runtime.example/exec/token',
    'http://user:secret@127.0.0.1:1/exec/token',
    'unix:///run/other.sock',
    'file:///etc/passwd',
    '/exec/token',
    '',
  ])('KEP-1898: %j is not dialled, whatever the runtime says', (url) => {
    expect(() => streamingTarget(url, policy)).toThrow(Terminal);
  });

  it.each([
    ['localhost:10010', 'http://localhost:10010/exec/token'],
    ['Localhost', 'http://localhost:1/exec/token'],
    ['::ffff:127.0.0.1', 'http://[::ffff:127.0.0.1]:1/exec/token'],
    ['[::1]:10010', 'http://[::1]:10010/exec/token'],
    ['0:0::1', 'http://[::1]:1/exec/token'],
    ['runtime.example:80', 'http://runtime.example/exec/token'],
    ['runtime.example:443', 'https://runtime.example/exec/token'],
  ])('%s allows %s', (allowed, url) => {
    expect(streamingTarget(url, { allowedHosts: [allowed] }).href).toBe(url.replace('127.0.0.1]', '7f00:1]'));
  });

  it.each([
    ['localhost:10010', 'http://localhost:10011/exec/token'],
    ['localhost:10010', 'http://localhost/exec/token'],
    ['::ffff:127.0.0.1', 'http://[::1]:1/exec/token'],
    ['[::1]:10010', 'http://[::1]:10011/exec/token'],
    ['runtime.example:80', 'https://runtime.example/exec/token'],
  ])('%s does not allow %s', (allowed, url) => {
    expect(() => streamingTarget(url, { allowedHosts: [allowed] })).toThrow(Terminal);
  });
});
