import { resolve } from 'node:path';
import { systemClock } from '@vk/node';
import type { ResolvedFlags } from '../flags/resolve-flags.ts';
import type { CommandHost } from './host.ts';
import { openLog } from './open-log.ts';
import { openProvider } from './open-provider.ts';
import { runNodes } from './run-nodes.ts';
import { openSession } from './session.ts';

/** `virtual-kubelet run`: joins a cluster and runs nodes until a signal stops them. */
export async function run({ values: flags, warnings }: ResolvedFlags, host: CommandHost): Promise<void> {
  const [provider, log] = await Promise.all([openProvider({ flags, host }), openLog(flags, host)]);
  for (const warning of warnings) log.warn(warning);
  const { client, createNodes } = await openSession({
    flags,
    host,
    log,
    ...(flags.kubeconfig !== undefined && { kubeconfigPath: resolve(host.workingDirectory, flags.kubeconfig) }),
  });
  try {
    const nodes = createNodes(provider);
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
    await client.close();
  }
}
