import { NotFound, podRefOf } from '@vk/node/provider';
import type { PreparedPod } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import { call, podThat, start, type Started } from './__fixtures__/mock-world.ts';

describe('the log of a container', () => {
  async function read(
    { provider }: Started,
    prepared: PreparedPod,
    options: { follow?: boolean; previous?: boolean; tailLines?: number; sinceTime?: number } = {},
  ): Promise<string[]> {
    const lines: string[] = [];
    const wanted = { follow: false, previous: false, ...options };
    const chunks = provider.getContainerLogs?.(podRefOf(prepared.pod), 'app', wanted, call());
    for await (const { bytes } of chunks ?? []) lines.push(Buffer.from(bytes).toString().trimEnd());
    return lines;
  }

  it('has its lines once without a rate', async () => {
    const started = await start();
    const prepared = podThat({ stdout: 'one\ntwo' });
    await started.provider.createPod(prepared, call());
    await started.clock.advance(60_000);
    expect(await read(started, prepared)).toEqual(['one', 'two']);
    expect(await read(started, prepared, { tailLines: 1 })).toEqual(['two']);
  });

  it('has them over and over with a rate, from where the reader wants them', async () => {
    const started = await start();
    const prepared = podThat({ stdout: 'tick\ntock', 'stdout-rate': '2' });
    const startedAt = started.clock.now();
    await started.provider.createPod(prepared, call());
    await started.clock.advance(1_000);
    expect(await read(started, prepared)).toEqual(['tick', 'tock', 'tick']);
    expect(await read(started, prepared, { sinceTime: startedAt + 600 })).toEqual(['tick']);
  });

  it('follows until the container ends', async () => {
    const started = await start();
    const prepared = podThat({ stdout: 'tick', 'stdout-rate': '1', 'run-time': '3s' }, { restartPolicy: 'Never' });
    await started.provider.createPod(prepared, call());
    const following = read(started, prepared, { follow: true });
    await started.clock.advance(10_000);
    expect(await following).toEqual(['tick', 'tick', 'tick', 'tick']);
  });

  it('follows until the pod is deleted, also when nothing is written any more', async () => {
    const started = await start();
    const prepared = podThat({ stdout: 'hello' });
    await started.provider.createPod(prepared, call());
    const following = read(started, prepared, { follow: true });
    await started.clock.advance(10_000);
    await started.provider.deletePod(podRefOf(prepared.pod), { gracePeriodSeconds: 1 }, call());
    expect(await following).toEqual(['hello']);
  });

  it('has that of the previous run, and NotFound when there was none', async () => {
    const started = await start();
    const prepared = podThat({ stdout: 'hello', 'run-time': '1s' });
    await started.provider.createPod(prepared, call());
    await expect(read(started, prepared, { previous: true })).rejects.toBeInstanceOf(NotFound);
    await started.clock.advance(1_500);
    expect(await read(started, prepared, { previous: true })).toEqual(['hello']);
  });
});
