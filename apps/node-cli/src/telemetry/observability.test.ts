import { systemClock } from '@vk/node';
import { silentLogger } from '@vk/node/provider';
import { expect, it } from 'vitest';
import { resolveFlags } from '../flags/resolve-flags.ts';
import { openObservability, type Observability } from './observability.ts';

function open(...words: readonly (readonly [name: string, value: string])[]): Promise<Observability> {
  const given = new Map(words.map(([name, value]) => [name, [value]]));
  const { values } = resolveFlags({ command: 'run', given, environment: {} });
  return openObservability({
    flags: values,
    host: { environment: {} },
    provider: 'mock',
    clock: systemClock,
    log: silentLogger,
  });
}

it('listens nowhere unless it is asked to', async () => {
  const observability = await open();
  expect(observability.healthUrl).toBeUndefined();
  await observability.close();
});

it('records the metrics of the core and of the process, for whoever may read them', async () => {
  const observability = await open();
  const { registry } = observability.metrics;
  observability.metrics.eventDropped();
  expect(registry.text()).toContain('\nvirtual_kubelet_events_dropped_total 1\n');
  expect(registry.text()).toContain('\nvirtual_kubelet_build_info{version="');
  expect(registry.text()).toContain('\nprocess_cpu_seconds_total ');
  await observability.close();
  expect(registry.text()).not.toContain('process_');
});

it('says that the process is there, and none of its figures, until it is closed', async () => {
  const observability = await open(['health-addr', '127.0.0.1:0']);
  const url = observability.healthUrl ?? '';
  expect(await (await fetch(url)).text()).toBe('ok');
  expect((await fetch(new URL('/metrics', url))).status).toBe(404);
  await observability.close();
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it('lets nobody start on an address that is taken', async () => {
  const observability = await open(['health-addr', '127.0.0.1:0']);
  const address = new URL(observability.healthUrl ?? '').host;
  await expect(open(['health-addr', address])).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await observability.close();
});
