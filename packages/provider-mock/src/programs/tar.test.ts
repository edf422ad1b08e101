import { createHash } from 'node:crypto';
import { packTar, unpackTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { collector, noSizes, run, testContainer } from '../testing/test-container.ts';
import { runCommand } from '../container/run-command.ts';

function streamOfBytes(bytes: Uint8Array, pieceBytes: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(at, (at += pieceBytes)));
    },
  });
}

/** What `kubectl cp` to a pod sends: a directory with files in it. */
async function archive(files: Readonly<Record<string, Uint8Array | string>>): Promise<Uint8Array> {
  return packTar(
    Object.entries(files).map(([name, content]) => {
      const body = typeof content === 'string' ? Buffer.from(content) : content;
      return {
        header: { name, size: body.length, type: 'file' as const, mode: 0o640, mtime: new Date(86_400_000) },
        body,
      };
    }),
  );
}

async function pack(container: ReturnType<typeof testContainer>, command: readonly string[]): Promise<Uint8Array> {
  const stdout = collector();
  const io = { stdout: stdout.stream, tty: false, resizes: noSizes() };
  expect(await runCommand(container, command, io, new AbortController().signal)).toBe(0);
  return stdout.bytes();
}

describe('tar, as kubectl cp calls it', () => {
  it.each([
    [['tar', '-xmf', '-', '-C', '/tmp']],
    [['tar', 'xf', '-', '-C', '/tmp']],
    [['tar', '--no-same-permissions', '--no-same-owner', '-xmf', '-', '-C', '/tmp']],
  ])('%j takes files from the standard input', async (command) => {
    const container = testContainer();
    const bytes = await archive({ 'dir/a.txt': 'first', 'dir/sub/b.txt': 'second' });
    expect(await run(container, command, streamOfBytes(bytes, 100))).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await run(container, 'cat /tmp/dir/a.txt /tmp/dir/sub/b.txt')).toMatchObject({ stdout: 'firstsecond' });
  });

  it('cf - sends a directory with everything in it, links as links, without the leading slash', async () => {
    const container = testContainer();
    await run(container, 'mkdir -p /srv/data/sub; echo one > /srv/data/sub/f; ln -s sub/f /srv/data/link');
    const entries = await unpackTar(await pack(container, ['tar', 'cf', '-', '/srv/data']));
    expect(entries.map(({ header: { name, type, linkname, size } }) => [name, type, linkname, size])).toEqual([
      ['srv/data/', 'directory', '', 0],
      ['srv/data/link', 'symlink', 'sub/f', 0],
      ['srv/data/sub/', 'directory', '', 0],
      ['srv/data/sub/f', 'file', '', 4],
    ]);
  });

  it('names of any length and letters come through', async () => {
    const name = `/tmp/${'ä'.repeat(60)}/${'long'.repeat(60)}.txt`;
    const container = testContainer();
    await run(container, `mkdir -p ${name.slice(0, name.lastIndexOf('/'))}; echo here > ${name}`);
    const other = testContainer();
    await run(
      other,
      ['tar', 'xf', '-', '-C', '/'],
      streamOfBytes(await pack(container, ['tar', 'cf', '-', name]), 4096),
    );
    expect(await run(other, `cat ${name}`)).toMatchObject({ stdout: 'here\n' });
  });

  it('20 MiB are the same after both ways', { timeout: 60_000 }, async () => {
    const content = Buffer.alloc(20 * 2 ** 20, 'some bytes that repeat after a while, ');
    const container = testContainer();
    const sent = await archive({ 'big/file': content });
    await run(container, ['tar', 'xmf', '-', '-C', '/tmp'], streamOfBytes(sent, 65_536));
    const digest = createHash('sha256').update(content).digest('hex');
    expect(await run(container, 'cd /tmp/big; sha256sum file')).toMatchObject({ stdout: `${digest}  file\n` });
    const [, entry] = await unpackTar(await pack(container, ['tar', 'cf', '-', '/tmp/big']));
    expect(
      createHash('sha256')
        .update(entry?.data ?? '')
        .digest('hex'),
    ).toBe(digest);
  });

  it('a file that does not fit is refused with the words of a full disk', async () => {
    const container = testContainer({ limitBytes: 1_000 });
    const bytes = await archive({ big: Buffer.alloc(2_000) });
    expect(await run(container, ['tar', 'xf', '-', '-C', '/tmp'], streamOfBytes(bytes, 512))).toMatchObject({
      exitCode: 1,
      stderr: 'tar: /tmp/big: No space left on device\n',
    });
  });

  it('a name that leads out of the directory is refused', async () => {
    const bytes = await archive({ '../escape': 'x' });
    expect(await run(testContainer(), ['tar', 'xf', '-', '-C', '/tmp'], streamOfBytes(bytes, 512))).toMatchObject({
      exitCode: 1,
      stderr: 'tar: ../escape: Invalid argument\n',
    });
  });

  it('an archive that breaks off is a failure', async () => {
    const bytes = (await archive({ file: 'x'.repeat(3_000) })).subarray(0, 1_500);
    expect((await run(testContainer(), ['tar', 'xf', '-', '-C', '/tmp'], streamOfBytes(bytes, 512))).exitCode).toBe(1);
  });

  it('what is not there is said, and the rest is sent', async () => {
    const container = testContainer();
    const { exitCode, stderr } = await run(
      container,
      'tar cf - /none /etc/hostname > /tmp/a.tar; s=$?; tar tf /tmp/a.tar >&2; exit $s',
    );
    expect([exitCode, stderr]).toEqual([
      1,
      "tar: removing leading '/' from member names\ntar: /none: No such file or directory\n" +
        "tar: removing leading '/' from member names\netc/hostname\n",
    ]);
  });
});
