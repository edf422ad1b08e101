import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MockBackend } from './mock-backend.ts';

const acknowledgements = 200;

/** Puts pods without end, many at a time, and says of each when it has been promised. */
function writer(stateFile: string): string {
  return `
    import { MockBackend } from ${JSON.stringify(new URL('./mock-backend.ts', import.meta.url).href)};
    const backend = await MockBackend.open({ stateFile: ${JSON.stringify(stateFile)} });
    for (let batch = 0; ; batch += 1) {
      await Promise.all(Array.from({ length: 7 }, async (_, index) => {
        const uid = batch + '-' + index;
        await backend.put({ ownership: { clusterId: 'c', nodeName: 'n', namespace: 'd', name: uid, uid } });
        process.send(uid);
      }));
    }`;
}

it('a process that is killed at any moment has lost no change that it had promised', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vk-mock-'));
  try {
    const stateFile = join(directory, 'state.jsonl');
    const program = join(directory, 'writer.mjs');
    await writeFile(program, writer(stateFile));
    const child = fork(program, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const promised: unknown[] = [];
    child.on('message', (uid) => {
      promised.push(uid);
      if (promised.length === acknowledgements) child.kill('SIGKILL');
    });
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    expect(promised.length).toBeGreaterThanOrEqual(acknowledgements);

    const backend = await MockBackend.open({ stateFile });
    const kept = new Set(backend.list({ clusterId: 'c', nodeName: 'n' }).map(({ ownership }) => ownership.uid));
    expect(promised.filter((uid) => !kept.has(String(uid)))).toEqual([]);
    await backend.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});
