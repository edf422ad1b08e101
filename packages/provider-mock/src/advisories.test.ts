import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@vk/node/testing';
import { packTar } from 'modern-tar';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run, streamOf, testContainer } from './testing/test-container.ts';

let onHost: string;
beforeEach(async () => {
  onHost = await mkdtemp(join(tmpdir(), 'vk-mock-host-'));
  await writeFile(join(onHost, 'secret'), 'of the host');
});
afterEach(() => rm(onHost, { recursive: true }));

it('KHV047, CVE-2017-1002101, CVE-2021-25741: no path and no link in a mock container leads to a file of the host', async () => {
  const container = testContainer();
  const secret = join(onHost, 'secret');
  for (const script of [
    `cat ${secret}`,
    `cat ../../../../..${secret}`,
    `ln -s / /tmp/root; cat /tmp/root${secret}`,
    `ln -s ${onHost} /tmp/out; cat /tmp/out/secret`,
    `cat /proc/self/root${secret}`,
    `cp ${secret} /tmp/copy; cat /tmp/copy`,
    `tar cf - ${onHost}`,
  ]) {
    const { exitCode, stdout } = await run(container, script);
    expect(exitCode, script).not.toBe(0);
    expect(stdout, script).not.toContain('of the host');
  }
});

it('KHV047, CVE-2021-25741: an archive that is copied into a mock container writes nothing on the host', async () => {
  const archive = await packTar([
    { header: { name: 'out', size: 0, type: 'symlink', linkname: onHost } },
    { header: { name: 'out/secret', size: 4, type: 'file' }, body: 'evil' },
    { header: { name: `${onHost}/more`, size: 4, type: 'file' }, body: 'evil' },
  ]);
  const stdin = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(archive);
      controller.close();
    },
  });
  await run(testContainer(), ['tar', 'xf', '-', '-C', '/tmp'], stdin);
  expect(await readdir(onHost)).toEqual(['secret']);
});

it.each(['/etc/hosts', '/etc/resolv.conf', '/tmp/file', '/dev/shm'])(
  'CVE-2020-8557: what is written to %s takes no more than the container may have',
  async (path) => {
    const container = testContainer({ limitBytes: 10_000 });
    const script = `for i in 1 2 3 4 5 6 7 8; do head -c 5000 /dev/zero >> ${path} || exit 1; done`;
    expect(await run(container, script)).toMatchObject({ exitCode: 1 });
  },
);

it('CVE-2020-8557: what is written to the log of a mock container is kept in part', async () => {
  const container = testContainer();
  expect(await run(container, 'head -c 2000000 /dev/zero > /proc/1/fd/1')).toMatchObject({ exitCode: 0 });
  const kept = container.log.from(0).reduce((sum, { bytes }) => sum + bytes.length, 0);
  expect(kept).toBeLessThanOrEqual(256 * 1024);
});

it.each(['perl -v', 'node --version', '/usr/bin/python3 -V', 'curl http://169.254.169.254/', '$(echo nc) -l 1'])(
  'CVE-2024-9042, CVE-2026-53488: a command is never run by the host: %s',
  async (command) => {
    expect(await run(testContainer(), command)).toMatchObject({ exitCode: 127, stdout: '' });
  },
);

it('containerd CVE-2025-64329, CVE-2026-53495: of a hundred commands whose callers have left none runs on', async () => {
  const clock = new FakeClock();
  const container = testContainer({ clock });
  const life = new AbortController();
  const scripts = ['sleep 1000', 'cat', 'yes | sleep 1000'];
  const running = Array.from({ length: 100 }, (_, index) =>
    run(container, scripts[index % 3] ?? '', streamOf('input'), life.signal).then(
      () => 'ended',
      () => 'aborted',
    ),
  );
  await clock.whenPending(1);
  life.abort(new Error('the caller has left'));
  await Promise.all(running);
  expect(clock.pending).toBe(0);
  const { stdout } = await run(container, 'ps');
  expect(stdout).not.toMatch(/sleep|cat|yes/);
});
