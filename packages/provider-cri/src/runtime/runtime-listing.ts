import type { RuntimeContainer, RuntimeFilter, RuntimeSandbox } from '@vk/node/pod-engine';
import type { OwnershipStamp } from '@vk/node/provider';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { unlessGone } from '../client/unless-gone.ts';
import {
  ContainerState,
  ContainerStatusRequest,
  ListContainersRequest,
  ListPodSandboxRequest,
  NamespaceMode,
  PodSandboxState,
  PodSandboxStatusRequest,
} from '../generated/api.ts';
import type { Container, PodSandbox, PodSandboxStatus } from '../generated/api.ts';
import { containerMarks, devicesOf, ownLabels } from './object-labels.ts';
import type { Holder } from './pod-devices.ts';
import { runtimeContainer, runtimeSandbox } from './runtime-objects.ts';

/** How many statuses are asked for at a time. */
const together = 16;

interface SeenContainer {
  readonly state: ContainerState;
  readonly container: RuntimeContainer;
}

/**
 * What of this node the runtime has. The short listings of the CRI lack exit codes and addresses; these are asked for one by
 * one, but only when the state has changed since, so that a look at everything stays two calls.
 */
export class RuntimeListing {
  readonly #client: CriClient;
  readonly #owner: Pick<OwnershipStamp, 'clusterId' | 'nodeName'>;
  readonly #ips = new Map<string, readonly string[]>();
  readonly #attempts = new Map<string, number>();
  readonly #containers = new Map<string, SeenContainer>();
  /** The sandboxes of containers that this process has created, by id, until they are seen started: only listings tell them. */
  readonly #created = new Map<string, string>();

  constructor(client: CriClient, owner: Pick<OwnershipStamp, 'clusterId' | 'nodeName'>) {
    this.#client = client;
    this.#owner = owner;
  }

  async sandboxes({ podUid }: RuntimeFilter, limits: CallLimits): Promise<RuntimeSandbox[]> {
    const request = ListPodSandboxRequest.fromPartial({ filter: { labelSelector: ownLabels(this.#owner, podUid) } });
    const { items } = await this.#client.runtime.call(runtimeService.listPodSandbox, request, limits);
    const found = await eachOf(items, async (item) => {
      const ips = await this.#ipsOf(item, limits);
      return ips === undefined ? undefined : runtimeSandbox(item, ips);
    });
    if (podUid === undefined) {
      forgetOthers(this.#ips, items);
      forgetOthers(this.#attempts, items);
    }
    return found;
  }

  async containers({ podUid, containerIds }: RuntimeFilter, limits: CallLimits): Promise<RuntimeContainer[]> {
    const created = [...this.#created].filter(([id]) => containerIds?.includes(id));
    if (created.length === containerIds?.length) {
      return eachOf(created, ([id, sandboxId]) => this.#containerIn(sandboxId, id, limits));
    }
    const request = ListContainersRequest.fromPartial({ filter: { labelSelector: ownLabels(this.#owner, podUid) } });
    const { containers } = await this.#client.runtime.call(runtimeService.listContainers, request, limits);
    const found = await eachOf(containers, (item) => this.#containerOf(item, limits));
    if (podUid === undefined) {
      forgetOthers(this.#containers, containers);
      forgetOthers(this.#created, containers);
    }
    return found;
  }

  /** A container that is about to be started: what becomes of it can be asked for without a listing. */
  noteCreated(id: string, sandboxId: string): void {
    this.#created.set(id, sandboxId);
  }

  /** One sandbox of this node. Undefined when it is not there. */
  async sandbox(id: string, limits: CallLimits): Promise<RuntimeSandbox | undefined> {
    const request = PodSandboxStatusRequest.fromPartial({ podSandboxId: id });
    const answer = await unlessGone(this.#client.runtime.call(runtimeService.podSandboxStatus, request, limits));
    if (answer?.status === undefined) return undefined;
    return runtimeSandbox(answer.status, this.#keep(answer.status));
  }

  /** Which sandbox of its pod this one is. It never changes. */
  async sandboxAttempt(id: string, limits: CallLimits): Promise<number> {
    return this.#attempts.get(id) ?? (await this.sandbox(id, limits))?.attempt ?? 0;
  }

  /** The devices that containers of this node were given whose pods are not over: their sandbox is ready. */
  async devices(limits: CallLimits): Promise<Holder[]> {
    const filter = { labelSelector: ownLabels(this.#owner) };
    const ofSandboxes = ListPodSandboxRequest.fromPartial({ filter });
    const { items } = await this.#client.runtime.call(runtimeService.listPodSandbox, ofSandboxes, limits);
    const ready = new Set(items.filter(({ state }) => state === PodSandboxState.SANDBOX_READY).map(({ id }) => id));
    const ofContainers = ListContainersRequest.fromPartial({ filter });
    const { containers } = await this.#client.runtime.call(runtimeService.listContainers, ofContainers, limits);
    return containers.flatMap(({ podSandboxId, labels, annotations, metadata }) => {
      const marks = containerMarks(labels, annotations, metadata?.attempt ?? 0);
      const devices = devicesOf(annotations);
      return marks === undefined || devices.length === 0 || !ready.has(podSandboxId)
        ? []
        : [{ uid: marks.ref.uid, container: marks.name, devices }];
    });
  }

  /** One container of this node, as it was last seen. */
  async container(id: string, limits: CallLimits): Promise<RuntimeContainer | undefined> {
    const seen = this.#containers.get(id)?.container;
    return seen ?? (await this.containers({}, limits)).find((container) => container.id === id);
  }

  /** Undefined when it has gone since it was listed. */
  async #ipsOf({ id }: PodSandbox, limits: CallLimits): Promise<readonly string[] | undefined> {
    const known = this.#ips.get(id);
    if (known !== undefined) return known;
    const request = PodSandboxStatusRequest.fromPartial({ podSandboxId: id });
    const answer = await unlessGone(this.#client.runtime.call(runtimeService.podSandboxStatus, request, limits));
    if (answer === undefined) return undefined;
    return answer.status === undefined ? [] : this.#keep(answer.status);
  }

  #keep(status: PodSandboxStatus): readonly string[] {
    const { id, metadata, network } = status;
    const ips = [network?.ip ?? '', ...(network?.additionalIps ?? []).map(({ ip }) => ip)].filter((ip) => ip !== '');
    // A sandbox may get its addresses late; one in the host's network never gets any.
    if (ips.length > 0 || isInHostNetwork(status)) this.#ips.set(id, ips);
    this.#attempts.set(id, metadata?.attempt ?? 0);
    return ips;
  }

  /** Undefined when it has gone since it was listed. */
  async #containerOf(
    { id, state, podSandboxId }: Container,
    limits: CallLimits,
  ): Promise<RuntimeContainer | undefined> {
    const seen = this.#containers.get(id);
    if (seen !== undefined && seen.state === state) return seen.container;
    return this.#containerIn(podSandboxId, id, limits);
  }

  /** Undefined when it has gone. */
  async #containerIn(
    sandboxId: string,
    containerId: string,
    limits: CallLimits,
  ): Promise<RuntimeContainer | undefined> {
    const request = ContainerStatusRequest.fromPartial({ containerId });
    const answer = await unlessGone(this.#client.runtime.call(runtimeService.containerStatus, request, limits));
    if (answer?.status === undefined) return undefined;
    const { state } = answer.status;
    if (state !== ContainerState.CONTAINER_CREATED) this.#created.delete(containerId);
    const container = runtimeContainer(sandboxId, answer.status);
    if (container !== undefined) this.#containers.set(containerId, { state, container });
    return container;
  }
}

function isInHostNetwork({ state, linux }: PodSandboxStatus): boolean {
  return state === PodSandboxState.SANDBOX_READY && linux?.namespaces?.options?.network === NamespaceMode.NODE;
}

async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result | undefined>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += together) {
    const batch = await Promise.all(items.slice(start, start + together).map(work));
    results.push(...batch.filter((result) => result !== undefined));
  }
  return results;
}

function forgetOthers(known: Map<string, unknown>, listed: readonly { readonly id: string }[]): void {
  const ids = new Set(listed.map(({ id }) => id));
  for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
}
