import { describe, expect, it } from 'vitest';
import type { PreparedVolume } from '@vk/node/provider';
import { collector, noSizes, run, testContainer } from '../testing/test-container.ts';
import { runCommand } from '../container/run-command.ts';

const settings: PreparedVolume = {
  name: 'settings',
  kind: 'configMap',
  files: () => [
    { path: 'app.conf', mode: 0o644, content: Buffer.from('level=debug\n'), secret: false },
    { path: 'keys/token', mode: 0o400, content: Buffer.from('s3cret'), secret: true },
  ],
  subscribe: () => undefined,
};

const mounted = {
  volumes: [settings],
  container: {
    volumeMounts: [
      { name: 'settings', mountPath: '/etc/app' },
      { name: 'settings', mountPath: '/opt/app.conf', subPath: 'app.conf' },
      { name: 'scratch', mountPath: '/scratch' },
    ],
  },
};

describe('the programs of a mock container', () => {
  it.each([
    ['env | grep -c .', '3\n'],
    ['cat /etc/hostname; hostname', 'web-0\nweb-0\n'],
    ['id; id -u; whoami', 'uid=0(root) gid=0(root) groups=0(root)\n0\nroot\n'],
    ['seq 12 | grep 1; seq 12 | grep -c 1; seq 3 | grep -v 2; seq 3 | grep -n 3', '1\n10\n11\n12\n4\n1\n3\n3:3\n'],
    [
      "printf 'a|b\\na\\n' | grep 'a|b'; printf 'A.c\\nabc\\n' | grep -iF a.C; seq 12 | grep -E '^(1|2)$'",
      'a|b\nA.c\n1\n2\n',
    ],
    [
      'seq 2 > /tmp/n; seq 3 > /tmp/m; grep -n 2 /tmp/n /tmp/m; grep -c 3 /tmp/n /tmp/m',
      '/tmp/n:2:2\n/tmp/m:2:2\n/tmp/n:0\n/tmp/m:1\n',
    ],
    [
      "seq 3 | grep -q 2; echo $?; seq 3 | grep -q 4; echo $?; seq 3 | grep '\\(' 2>&1; echo $?",
      "0\n1\ngrep: bad regex '\\(': Unmatched ( or \\(\n2\n",
    ],
    ['date; date +%Y-%m-%dT%H:%M:%SZ; date +%s', 'Thu Jan 01 00:00:00 UTC 2026\n2026-01-01T00:00:00Z\n1767225600\n'],
    ['printf abc | sha256sum', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  -\n'],
    ['seq 5 | head -n 2; seq 5 | tail -n 2; seq 5 | tail -n +4', '1\n2\n4\n5\n4\n5\n'],
    ['printf abcdef | head -c 2; printf abcdef | tail -c 2; printf abcdef | tail -c+3', 'abefcdef'],
    ["printf '\\377\\0\\x80' | wc -c; printf '\\303\\251 %b\\n' '\\xc3\\xa9'; echo -e 'é\\0303\\0251'", '3\né é\néé\n'],
    ['printf "a b\\nc" | wc', '        1         3         5\n'],
    ['head -c 70000 /dev/zero | wc -c', '70000\n'],
    ['mkdir -p /a/b; echo x > /a/b/f; cp -r /a /c; mv /c/b/f /c/g; cat /c/g; ls /c', 'x\nb\ng\n'],
    ['ln -s /etc/hostname /tmp/l; readlink /tmp/l; cat /tmp/l', '/etc/hostname\nweb-0\n'],
    ['echo x | tee /tmp/t; cat /tmp/t', 'x\nx\n'],
    ['mkdir /tmp/d; touch /tmp/d/f; rm -r /tmp/d; test -e /tmp/d; echo $?', '1\n'],
    [
      'chmod 600 /etc/hosts; ls -l /etc/hosts',
      '-rw-------    1 root     root            20 2026-01-01 00:00 /etc/hosts\n',
    ],
    ['tty; stty size 2>&1', 'not a tty\nstty: standard input: Not a tty\n'],
  ])('%s', async (script, stdout) => {
    expect(await run(testContainer(), script)).toMatchObject({ stdout });
  });

  it.each([
    ['-f /etc/hosts', 0],
    ['-d /etc', 0],
    ['-d /etc/hosts', 1],
    ['-d /etc/hosts/below', 1],
    ['! -e /none', 0],
    ['-z "" -a 1 -lt 2', 0],
    ['a = b -o a = a', 0],
    ['1 -eq one', 2],
  ])('test %s gives %i', async (words, exitCode) => {
    expect(await run(testContainer(), `test ${words}`)).toMatchObject({ exitCode });
    expect(await run(testContainer(), `[ ${words} ]`)).toMatchObject({ exitCode });
  });

  it('env shows the variables of the container, those from Secrets too', async () => {
    const { stdout } = await run(testContainer({ environment: { MODE: 'test', PASSWORD: 'hunter2' } }), ['env']);
    expect(stdout).toBe(
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOSTNAME=web-0\nHOME=/root\nMODE=test\nPASSWORD=hunter2\n',
    );
  });

  it('volumes from the API are files that cannot be written', async () => {
    const script = 'cat /etc/app/app.conf /etc/app/keys/token /opt/app.conf; echo x > /etc/app/app.conf';
    expect(await run(testContainer(mounted), script)).toEqual({
      exitCode: 1,
      stdout: 'level=debug\ns3cretlevel=debug\n',
      stderr: "sh: can't open /etc/app/app.conf: Read-only file system\n",
    });
  });

  it('a volume of its own can be written, and not be taken away', async () => {
    expect(await run(testContainer(mounted), 'echo x > /scratch/f; cat /scratch/f; rm -r /scratch')).toEqual({
      exitCode: 1,
      stdout: 'x\n',
      stderr: 'rm: /scratch: Device or resource busy\n',
    });
  });

  it('a full container says so, and has room again when something is removed', async () => {
    const container = testContainer({ limitBytes: 10_000 });
    expect(await run(container, 'head -c 20000 /dev/zero > /tmp/a')).toMatchObject({ exitCode: 1 });
    expect(await run(container, 'rm /tmp/a; head -c 9000 /dev/zero > /tmp/b; wc -c < /tmp/b')).toMatchObject({
      stdout: '9000\n',
    });
  });

  it(
    'cat passes 100 MiB through, as slowly as they are taken and without gathering them',
    { timeout: 60_000 },
    async () => {
      const chunk = new Uint8Array(65_536);
      const total = 100 * 2 ** 20;
      let [given, taken, mostHeld] = [0, 0, 0];
      const stdin = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          if (given >= total) return controller.close();
          controller.enqueue(chunk);
          given += chunk.length;
        },
      });
      const stdout = new WritableStream<Uint8Array>({
        write: (bytes) => {
          taken += bytes.length;
          mostHeld = Math.max(mostHeld, given - taken);
        },
      });
      const io = { stdin, stdout, tty: false, resizes: noSizes() };
      expect(await runCommand(testContainer(), ['cat'], io, new AbortController().signal)).toBe(0);
      expect(taken).toBe(total);
      expect(mostHeld).toBeLessThanOrEqual(4 * chunk.length);
    },
  );

  it('a reader that stops stops the program, and the caller can still end it', async () => {
    const life = new AbortController();
    const stopped = Promise.withResolvers<void>();
    const stdout = new WritableStream<Uint8Array>({
      write: () => {
        stopped.resolve();
        return new Promise<void>(() => undefined);
      },
    });
    const running = runCommand(testContainer(), ['yes'], { stdout, tty: false, resizes: noSizes() }, life.signal);
    await stopped.promise;
    life.abort(new Error('gone'));
    await expect(running).rejects.toThrow('gone');
  });

  it('without stdin a program finds an end at once', async () => {
    const output = collector();
    const io = { stdout: output.stream, tty: false, resizes: noSizes() };
    expect(await runCommand(testContainer(), ['cat'], io, new AbortController().signal)).toBe(0);
  });
});
