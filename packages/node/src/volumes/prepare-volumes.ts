import type { InjectedPolicy } from '../provider/injected-fields.ts';
import { silentLogger, type Logger } from '../provider/logger.ts';
import type { PreparedVolume } from '../provider/prepared-volume.ts';
import type { Pod } from '../provider/wire.ts';
import type { PodResourceHandle } from '../resources/pod-resource-handle.ts';
import type { ServiceAccountTokens } from '../resources/service-account-tokens.ts';
import type { Clock } from '../work/clock.ts';
import type { DownwardNode } from './downward-files.ts';
import { isInjectedTokenVolume } from './injected-volume.ts';
import { LiveVolume } from './live-volume.ts';
import { contentKindOf } from './volume-contents.ts';
import type { VolumeProblem } from './volume-problem.ts';
import { VolumeTokens } from './volume-tokens.ts';

/** What the volumes of a pod are prepared from. */
export interface PrepareVolumesOptions {
  readonly pod: Pod;
  /** Settled: what it has not read yet is a problem. */
  readonly handle: PodResourceHandle;
  readonly injected: Pick<InjectedPolicy, 'kube-api-access'>;
  readonly tokens: Pick<ServiceAccountTokens, 'token'>;
  readonly node: DownwardNode;
  readonly clock: Clock;
  readonly log?: Logger;
  /** For the first tokens. */
  readonly signal: AbortSignal;
}

/** The volumes of a pod whose contents come from the API. */
export interface PreparedVolumes {
  /** In the order of `spec.volumes`. Not fit to run with while there is a problem. */
  readonly volumes: readonly PreparedVolume[];
  readonly problems: readonly VolumeProblem[];
}

/**
 * Prepares configMap, secret, downwardAPI and projected volumes; others are the provider's own matter. The injected token
 * volume is left out unless the policy delivers it. Nothing has to be released: a volume follows its sources only while
 * somebody subscribes, and no longer than the handle is held.
 *
 * Rejects with `signal.reason` when the signal is aborted.
 */
export async function prepareVolumes(options: PrepareVolumesOptions): Promise<PreparedVolumes> {
  const { pod, handle, injected, tokens, node, clock, log = silentLogger, signal } = options;
  const volumes: LiveVolume[] = [];
  const problems: VolumeProblem[] = [];
  for (const [index, volume] of (pod.spec?.volumes ?? []).entries()) {
    const kind = contentKindOf(volume);
    if (kind === undefined) continue;
    if (isInjectedTokenVolume(volume) && injected['kube-api-access'] !== 'deliver') continue;
    const volumeTokens = new VolumeTokens(pod, volume, tokens);
    await volumeTokens.fetch(signal);
    const live = new LiveVolume({ volume, kind, handle, tokens: volumeTokens, node, clock, log });
    volumes.push(live);
    if (live.errors.length > 0) problems.push(problemOf(volume.name, index, live.errors));
  }
  return { volumes, problems };
}

function problemOf(name: string, index: number, errors: readonly string[]): VolumeProblem {
  const what = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
  return {
    reason: 'FailedMount',
    message: `MountVolume.SetUp failed for volume "${name}" : ${what}`,
    mandatory: true,
    fieldPath: `spec.volumes[${index}]`,
  };
}
