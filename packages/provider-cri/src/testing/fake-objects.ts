import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContainerState, ContainerStatus, NamespaceMode, PodSandboxStatus } from '../generated/api.ts';
import type { ContainerConfig, PodSandboxConfig, PodSandboxState } from '../generated/api.ts';

export interface FakeSandbox {
  readonly id: string;
  readonly config: PodSandboxConfig;
  readonly runtimeHandler: string;
  readonly createdAt: bigint;
  readonly ip: string;
  state: PodSandboxState;
}

export interface FakeContainer {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly logDirectory: string;
  readonly createdAt: bigint;
  state: ContainerState;
  startedAt: bigint;
  finishedAt: bigint;
  exitCode: number;
}

export interface FakeImage {
  readonly id: string;
  readonly uid?: bigint;
  readonly username: string;
}

export interface ImageAnswer {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly size: bigint;
  readonly username: string;
  readonly pinned: boolean;
  readonly uid?: { readonly value: bigint };
}

export function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

export function nameOf(metadata: PodSandboxConfig['metadata']): string {
  return `${metadata?.name}_${metadata?.namespace}_${metadata?.uid}_${metadata?.attempt}`;
}

export function isSame({ metadata: one }: ContainerConfig, { metadata: other }: ContainerConfig): boolean {
  return one?.name === other?.name && one?.attempt === other?.attempt;
}

export function matches(
  labels: Readonly<Record<string, string>>,
  selector: Readonly<Record<string, string>> = {},
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

export function sandboxStatus({ id, config, state, createdAt, ip }: FakeSandbox): PodSandboxStatus {
  const { metadata, labels, annotations } = config;
  const options = config.linux?.securityContext?.namespaceOptions;
  return PodSandboxStatus.fromPartial({
    id,
    metadata,
    state,
    createdAt,
    labels,
    annotations,
    // As with containerd: what is in the host's network has no address of its own.
    network: { ip: options?.network === NamespaceMode.NODE ? '' : ip },
    linux: { namespaces: { options } },
  });
}

export function containerStatus(container: FakeContainer): ContainerStatus {
  const { id, config, state, createdAt, startedAt, finishedAt, exitCode } = container;
  const { metadata, image, labels, annotations, mounts } = config;
  const reason = state !== ContainerState.CONTAINER_EXITED ? '' : exitCode === 0 ? 'Completed' : 'Error';
  const times = { createdAt, startedAt, finishedAt };
  const imageRef = image?.image ?? '';
  return ContainerStatus.fromPartial({
    id,
    metadata,
    state,
    ...times,
    exitCode,
    image,
    imageRef,
    reason,
    labels,
    annotations,
    mounts,
  });
}

/** Makes no directory, as with CRI-O. */
export function writeLog({ logDirectory, config }: FakeContainer, text: string): void {
  const path = join(logDirectory, config.logPath);
  writeFileSync(path, `2026-01-01T00:00:00.000000000Z stdout F ${text}`, { flag: 'a' });
}

/** What a call for the image is answered with. */
export function imageAnswer(name: string, { id, uid, username }: FakeImage): ImageAnswer {
  const user = { username, ...(uid !== undefined && { uid: { value: uid } }) };
  return { id, repoTags: [name], repoDigests: [], size: 1_000n, pinned: false, ...user };
}
