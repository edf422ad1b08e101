import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RetryAfter } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { describe, expect, it } from 'vitest';
import { call, podThat, start } from './__fixtures__/mock-world.ts';

describe('a mock with a state file', () => {
  it('has every pod where it would be anyhow after the process was away: 200 pods, one file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vk-mock-'));
    try {
      const config = { stateFile: join(directory, 'state.jsonl') };
      const clock = new FakeClock();
      const first = await start(config, clock);
      const pods = Array.from({ length: 200 }, (_, index) =>
        podThat({ 'run-time': `${index + 1}s`, 'exit-code': '3' }, { restartPolicy: 'Never' }),
      );
      await Promise.all(pods.map((prepared) => first.provider.createPod(prepared, call())));
      // Killed: nothing is closed, and time goes on without it.
      await clock.advance(100_500);
      const second = await start(config, clock);
      const found = await second.provider.getPods(call());
      expect(found.map(({ ref }) => ref.uid).sort()).toEqual(pods.map(({ ownership }) => ownership.uid).sort());
      expect(found.filter(({ status }) => status?.phase === 'Failed')).toHaveLength(100);
      expect(found).toEqual(await first.provider.getPods(call()));
      expect(new Set(found.map(({ status }) => status?.podIP)).size).toBe(200);
      await first.backend.close();
      await second.backend.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('remembers how many calls have failed', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vk-mock-'));
    try {
      const config = { stateFile: join(directory, 'state.jsonl') };
      const prepared = podThat({ throttle: '1' });
      const first = await start(config);
      await expect(first.provider.createPod(prepared, call())).rejects.toBeInstanceOf(RetryAfter);
      await first.backend.close();
      const second = await start(config);
      await second.provider.createPod(prepared, call());
      expect(await second.provider.getPods(call())).toHaveLength(1);
      await second.backend.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
