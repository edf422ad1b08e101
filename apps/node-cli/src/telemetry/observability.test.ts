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
  expect(observability.metricsUrl).toBeUndefined();
  expect(observability.metrics.registry.text()).not.toContain('process_');
  await observability.close();
});

it('serves the metrics of the core and of the process until it is closed', async () => {
  const observability = await open(['metrics-addr', '127.0.0.1:0']);
  const url = observability.metricsUrl ?? '';
  observability.metrics.eventDropped();
  const text = await (await fetch(url)).text();
  expect(text).toContain('\nvirtual_kubelet_events_dropped_total 1\n');
  expect(text).toContain('\nvirtual_kubelet_build_info{version="');
  expect(text).toContain('\nprocess_cpu_seconds_total ');
  await observability.close();
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it('lets nobody start on an address that is taken', async () => {
  const observability = await open(['metrics-addr', '127.0.0.1:0']);
  const address = new URL(observability.metricsUrl ?? '').host;
  await expect(open(['metrics-addr', address])).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await observability.close();
});
