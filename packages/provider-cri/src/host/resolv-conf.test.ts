import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseResolvConf, readResolvConf } from './resolv-conf.ts';

describe('what the host resolves names with', () => {
  it('is read by keyword: all servers and options, and the last line of domains', () => {
    const text = `# a comment
; another
nameserver 192.0.2.1
nameserver\t2001:db8::1   # the second
search old.example
search a.example. b.example .
options ndots:2 timeout:1
options rotate
sortlist 192.0.2.0
nameserver
`;
    expect(parseResolvConf(text)).toEqual({
      servers: ['192.0.2.1', '2001:db8::1'],
      searches: ['a.example', 'b.example'],
      options: ['ndots:2', 'timeout:1', 'rotate'],
    });
    expect(parseResolvConf('')).toEqual({ servers: [], searches: [], options: [] });
  });

  it('is what the file says by then; a file that is not there is an error, not a pod without names', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'resolv-conf-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const path = join(directory, 'resolv.conf');
    expect(() => readResolvConf(path)).toThrow('ENOENT');
    await writeFile(path, 'nameserver 192.0.2.1\n');
    expect(readResolvConf(path).servers).toEqual(['192.0.2.1']);
    await writeFile(path, 'nameserver 192.0.2.2\n');
    expect(readResolvConf(path).servers).toEqual(['192.0.2.2']);
  });
});
