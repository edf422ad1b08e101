import { systemClock } from '@vk/node';
import type { Logger } from '@vk/node/provider';
import type { CommandHost } from '../command/host.ts';
import { nodeNames } from '../command/nodes-options.ts';
import { openLog } from '../command/open-log.ts';
import { openProvider, type OpenedProvider } from '../command/open-provider.ts';
import { runNodes } from '../command/run-nodes.ts';
import { openSession, type Session } from '../command/session.ts';
import { CommandError } from '../errors/command-error.ts';
import { describeError } from '../errors/describe-error.ts';
import type { FlagValues } from '../flags/flag-values.ts';
import type { ResolvedFlags } from '../flags/resolve-flags.ts';
import { openObservability, type Observability } from '../telemetry/observability.ts';
import { developmentCluster, type DevelopmentCluster } from './development-cluster.ts';
import { FileChanges } from './file-changes.ts';
import { followNodes } from './follow-nodes.ts';
import { findKubectl, nextSteps } from './next-steps.ts';
import { removeNodes } from './remove-nodes.ts';
import { runReloading } from './run-reloading.ts';

/** `virtual-kubelet dev`: a node on a development cluster, told about as it lives. */
export async function dev({ values: flags, warnings }: ResolvedFlags, host: CommandHost): Promise<void> {
  const files = new Set<string>();
  const [provider, log] = await Promise.all([openProvider({ flags, host, files }), openLog(flags, host)]);
  const reloads = provider.location.package === undefined;
  if (reloads && flags.onExit !== 'delete' && flags.onExit !== 'leave')
    throw new CommandError(
      'usage',
      `--on-exit: with a provider file, dev can delete or leave the node, not ${flags.onExit}`,
    );
  for (const warning of warnings) log.warn(warning);
  const observability = await openObservability({
    flags,
    host,
    provider: provider.definition.name,
    clock: systemClock,
    log,
  });
  try {
    await runOnCluster({ flags, host, provider, files, reloads, log, observability });
  } finally {
    await observability.close();
  }
}

type RunOnClusterOptions = Omit<RunFollowedOptions, 'cluster' | 'session'> & { readonly log: Logger };

async function runOnCluster({ log, ...options }: RunOnClusterOptions): Promise<void> {
  const { flags, host, observability } = options;
  const cluster = await developmentCluster({ flags, host, clock: systemClock });
  try {
    const { kubeconfigPath } = cluster;
    const { metrics } = observability;
    const session = await openSession({
      flags,
      host,
      log,
      metrics,
      ...(kubeconfigPath !== undefined && { kubeconfigPath }),
    });
    try {
      await runFollowed({ ...options, cluster, session });
    } finally {
      await session.close();
    }
  } finally {
    await cluster.close();
  }
}

interface RunFollowedOptions {
  readonly flags: FlagValues;
  readonly host: CommandHost;
  readonly cluster: DevelopmentCluster;
  readonly session: Session;
  readonly provider: OpenedProvider;
  readonly files: Set<string>;
  readonly reloads: boolean;
  readonly observability: Observability;
}

async function runFollowed(options: RunFollowedOptions): Promise<void> {
  const { flags, host, cluster, session, provider, reloads } = options;
  const { client } = session;
  const names = nodeNames(flags);
  const tell = (line: string): void => host.output.write(`${timeOfDay(systemClock.now())}  ${line}\n`);
  const kubectlInstalled = await findKubectl(host.environment);
  const followed = new AbortController();
  let following: Promise<void> = Promise.resolve();
  const onReady = (): void => {
    const { label } = provider.location;
    host.output.write(nextSteps({ cluster, nodeNames: names, provider: label, reloads, kubectlInstalled }));
    const { healthUrl } = options.observability;
    if (healthUrl !== undefined) tell(`health: ${healthUrl}`);
    following = followNodes(
      { client, nodeNames: names, unscheduledPods: !cluster.existing, tell },
      followed.signal,
    ).catch((error: unknown) => tell(`what happens cannot be told any more: ${describeError(error)}`));
  };
  const shared = { clock: systemClock, stop: host.stop, startupTimeout: flags.startupTimeout, onReady };
  try {
    await (reloads
      ? runFile(options, { ...shared, tell })
      : runNodes({ ...shared, nodes: session.createNodes(provider) }));
  } finally {
    followed.abort(new Error('the node has stopped'));
    await following;
  }
  tell('stopped');
}

/** The node stays registered while the provider is replaced, and is removed in the end if that was wanted. */
async function runFile(
  { flags, host, session, provider, files }: RunFollowedOptions,
  shared: Pick<Parameters<typeof runReloading>[0], 'clock' | 'stop' | 'startupTimeout' | 'onReady' | 'tell'>,
): Promise<void> {
  const changes: { current?: FileChanges } = {};
  await runReloading<OpenedProvider>({
    ...shared,
    provider,
    createNodes: (current) => session.createNodes(current, { onExit: 'leave' }),
    reload: async () => {
      try {
        return await openProvider({ flags, host, files });
      } finally {
        changes.current?.watch(files);
      }
    },
    watch: (onChange) => {
      const watcher = new FileChanges({ clock: systemClock, onChange });
      changes.current = watcher;
      watcher.watch(files);
      return watcher;
    },
  });
  if (flags.onExit === 'delete') await removeNodes(session.client, nodeNames(flags));
}

function timeOfDay(milliseconds: number): string {
  return new Date(milliseconds).toTimeString().slice(0, 8);
}
