import { runtimeService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { StatusRequest, VersionRequest } from '../generated/api.ts';
import type { RuntimeHandler } from '../generated/api.ts';

/** What this runtime can do, as far as it tells. */
export interface RuntimeFeatures {
  /** For example `containerd`. */
  readonly name: string;
  readonly version: string;
  /** By runtime handler; the default one is the empty name. */
  readonly handlers: ReadonlyMap<string, HandlerFeatures>;
  /** Whether it can leave out the groups that an image gives a user. */
  readonly supplementalGroupsPolicy: boolean;
  /** Whether it mounts images as volumes (KEP-4639). No call tells: it goes by the version. */
  readonly imageVolumes: boolean;
  /** Whether it takes a stop signal of the container's own (KEP-4960). No call tells: it goes by the version. */
  readonly stopSignals: boolean;
  /** Whether it leaves a call without an answer while an earlier one, whose caller is gone, makes the same. No call tells. */
  readonly holdsAnswers: boolean;
}

export interface HandlerFeatures {
  readonly recursiveReadOnlyMounts: boolean;
}

export interface RuntimeAnswer {
  readonly features: RuntimeFeatures;
  /** The runtime's own words, and those of its network, where they are not ready. */
  readonly problem?: string;
}

/** Asks the runtime what it can do and how it is. */
export async function askRuntime({ runtime }: CriClient, limits: CallLimits): Promise<RuntimeAnswer> {
  const version = await runtime.call(runtimeService.version, VersionRequest.fromPartial({ version: 'v1' }), limits);
  const { status, runtimeHandlers, features } = await runtime.call(
    runtimeService.status,
    StatusRequest.fromPartial({}),
    limits,
  );
  const bad = (status?.conditions ?? []).filter(
    (condition) => (condition.type === 'RuntimeReady' || condition.type === 'NetworkReady') && !condition.status,
  );
  const words = bad.map(({ type, reason, message }) => {
    const what = type === 'NetworkReady' ? 'container runtime network not ready' : 'container runtime is not ready';
    return `${what}: ${type}=false reason:${reason} message:${message}`;
  });
  const { runtimeName: name, runtimeVersion } = version;
  const known: RuntimeFeatures = {
    name,
    version: runtimeVersion,
    handlers: new Map(runtimeHandlers.map((handler) => [handler.name, handlerFeatures(handler)])),
    supplementalGroupsPolicy: features?.supplementalGroupsPolicy === true,
    imageVolumes: isAtLeast(name, runtimeVersion, { containerd: [2, 1], 'cri-o': [1, 31] }),
    stopSignals: isAtLeast(name, runtimeVersion, { containerd: [2, 2], 'cri-o': [1, 34] }),
    holdsAnswers: name === 'cri-o',
  };
  return { features: known, ...(words.length > 0 && { problem: words.join('; ') }) };
}

function handlerFeatures({ features }: RuntimeHandler): HandlerFeatures {
  return { recursiveReadOnlyMounts: features?.recursiveReadOnlyMounts === true };
}

function isAtLeast(name: string, version: string, first: Readonly<Record<string, readonly [number, number]>>): boolean {
  const wanted = first[name];
  const match = /^v?(\d+)\.(\d+)/u.exec(version);
  if (wanted === undefined || match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > wanted[0] || (major === wanted[0] && minor >= wanted[1]);
}
