import { resolve } from 'node:path';
import { systemClock } from '@vk/node';
import type { Logger } from '@vk/node/provider';
import type { FlagValues } from '../flags/flag-values.ts';
import type { ResolvedFlags } from '../flags/resolve-flags.ts';
import { openObservability, type Observability } from '../telemetry/observability.ts';
import type { CommandHost } from './host.ts';
import { openLog } from './open-log.ts';
import { openProvider, type OpenedProvider } from './open-provider.ts';
import { runNodes } from './run-nodes.ts';
import { openSession } from './session.ts';
import { boundHeap, keepHeapSmall } from './heap-size.ts';

/** `virtual-kubelet run`: joins a cluster and runs nodes until a signal stops them. */
export async function run({ values: flags, warnings }: ResolvedFlags, host: CommandHost): Promise<void> {
  const [provider, log] = await Promise.all([openProvider({ flags, host }), openLog(flags, host)]);
  (provider.definition.sharesHost === true ? keepHeapSmall : boundHeap)(host);
  for (const warning of warnings) log.warn(warning);
  const observability = await openObservability({
    flags,
    host,
    provider: provider.definition.name,
    clock: systemClock,
    log,
  });
  try {
    await join(flags, host, provider, log, observability);
  } finally {
    await observability.close();
  }
}

async function join(
  flags: FlagValues,
  host: CommandHost,
  provider: OpenedProvider,
  log: Logger,
  { metrics, healthUrl }: Observability,
): Promise<void> {
  if (healthUrl !== undefined) log.info('Serving health', { url: healthUrl });
  const session = await openSession({
    flags,
    host,
    log,
    metrics,
    ...(flags.kubeconfig !== undefined && { kubeconfigPath: resolve(host.workingDirectory, flags.kubeconfig) }),
  });
  try {
    const nodes = session.createNodes(provider);
    await runNodes({
      nodes,
      clock: systemClock,
      stop: host.stop,
      startupTimeout: flags.startupTimeout,
      onReady: () =>
        log.info('Ready', { nodes: nodes.status().map(({ name }) => name), provider: provider.location.label }),
    });
    log.info('Stopped');
  } finally {
    await session.close();
  }
}
