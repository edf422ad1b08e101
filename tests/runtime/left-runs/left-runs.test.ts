import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { leftOut } from '../../left-out.ts';
import { findContainerd } from '../containerd/find-containerd.ts';
import { reportRuntime } from '../report-runtime.ts';
import { removeLeftRuns } from './remove-left-runs.ts';
import { writeOwner } from './run-owner.ts';

const programs = findContainerd();
reportRuntime('what killed runs leave', programs);
const reason = 'missing' in programs ? programs.missing : '';

async function directoryOf(owner: object | undefined): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vk-test-cri-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  if (owner !== undefined) await writeFile(join(directory, 'owner.json'), JSON.stringify(owner));
  return directory;
}

/** The processes that were told of something in the directory. */
function processesOf(directory: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && existsSync(`/proc/${name}/cmdline`))
    .map((name) => readFileSync(`/proc/${name}/cmdline`, 'utf8'))
    .filter((commandLine) => commandLine.includes(`${directory}/`));
}

describe('what an earlier run has left', () => {
  it.skipIf(!('found' in programs))(
    'is found and removed: its daemon, containers, mounts, namespaces, cgroups and directory',
    { timeout: 60_000, ...leftOut(`what killed runs leave: ${reason}`) },
    async () => {
      const run = fork(new URL('killed-run.ts', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      const [{ directory, podNamespace }] = (await once(run, 'message')) as [
        { readonly directory: string; readonly podNamespace: string },
      ];
      await removeLeftRuns();
      expect(processesOf(directory).length).toBeGreaterThanOrEqual(2);
      const ended = once(run, 'exit');
      run.kill('SIGKILL');
      await ended;
      await removeLeftRuns();
      expect(existsSync(directory)).toBe(false);
      expect(processesOf(directory)).toEqual([]);
      expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(directory);
      expect(readdirSync('/run/netns')).not.toContain(podNamespace);
      expect(readdirSync('/run/netns')).not.toContain(`vk-test-${run.pid}`);
    },
  );

  it('is left alone where a process still goes by that number, where it is of another namespace, and where nobody says whose it is', async () => {
    const ended = fork('-e', [], { execArgv: ['-e', ''], stdio: 'ignore' });
    await once(ended, 'exit');
    const gone = { pid: ended.pid, started: '1', pidNamespace: 'pid:[1]' };
    const kept = await Promise.all([gone, { ...gone, pid: 1 }, { pid: 'none' }, undefined].map(directoryOf));
    const own = await directoryOf(undefined);
    writeOwner(own);
    await removeLeftRuns();
    expect([...kept, own].filter((directory) => !existsSync(directory))).toEqual([]);
  });
});
