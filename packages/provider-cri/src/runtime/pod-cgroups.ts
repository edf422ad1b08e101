import { qualityOfService } from '@vk/node/pod-engine';
import type { Container, Pod, ResourceRequirements } from '@vk/node/provider';
import { writeCgroup, writeSharedCgroup } from '../host/write-cgroup.ts';
import { cgroupParent, classCgroup, ownsPodCgroups, type KnownCgroups } from '../mapping/cgroup-parent.ts';
import { cpuShares } from '../mapping/cpu-time.ts';
import { podCgroupLimits, podCpuRequest, type PodCgroupLimits } from '../mapping/pod-cgroup-limits.ts';
import type { CriServices } from './cri-services.ts';

interface PodCgroupServices extends Pick<CriServices, 'resourceSettings' | 'burstableRequests' | 'log'> {
  readonly cgroup: KnownCgroups;
}

/** What a pod has by now, where that is known: its spec may ask for something else already. */
interface Given {
  whole?: ResourceRequirements;
  readonly containers: Map<string, ResourceRequirements>;
}

/**
 * The cgroups of the pods of a node, and of their classes, as a kubelet has them. Where others look after the cgroups of pods,
 * nothing is written.
 */
export class PodCgroups {
  readonly #services: PodCgroupServices;
  readonly #root: string;
  readonly #given = new Map<string, Given>();

  constructor(services: PodCgroupServices, root: string = '/sys/fs/cgroup') {
    this.#services = services;
    this.#root = root;
  }

  /** The pod counts in its class from now on. */
  hold(pod: Pod): void {
    this.#weigh(pod);
  }

  /** Nothing of the pod runs any more. */
  free(uid: string): void {
    this.#given.delete(uid);
    if (this.#services.burstableRequests.delete(uid)) this.#writeShared();
  }

  /** A container is made with these resources. */
  noteContainer(uid: string, name: string, resources: ResourceRequirements | undefined): void {
    this.#givenTo(uid).containers.set(name, resources ?? {});
  }

  /**
   * Sets the cgroup of a pod, which is there with its sandbox. Gives what it is set to.
   *
   * @throws When the pod has limits as a whole, which nothing else enforces. Otherwise a failure is only logged.
   */
  async limit(pod: Pod, whole: ResourceRequirements | undefined = pod.spec?.resources): Promise<PodCgroupLimits> {
    if (whole !== undefined) this.#givenTo(uidOf(pod)).whole = whole;
    const limits = this.#limitsOf(pod);
    await this.#write(pod, limits);
    this.#weigh(pod);
    return limits;
  }

  /**
   * Changes the resources of a container. Until that is done, or has failed, the pod is not limited to the sum of what its
   * containers had: a container cannot have more than its pod.
   */
  async resizing(
    pod: Pod,
    name: string,
    resources: ResourceRequirements,
    resize: () => Promise<unknown>,
  ): Promise<PodCgroupLimits> {
    const whole = this.#allocated(pod).spec?.resources?.limits ?? {};
    const summed = ({ quota, memory }: Pick<PodCgroupLimits, 'quota' | 'memory'>): Partial<PodCgroupLimits> => ({
      ...(whole['cpu'] === undefined && { quota }),
      ...(whole['memory'] === undefined && { memory }),
    });
    await this.#write(pod, summed({ quota: 0n, memory: 0n }));
    try {
      await resize();
    } catch (error) {
      await this.#write(pod, summed(this.#limitsOf(pod)));
      throw error;
    }
    this.noteContainer(uidOf(pod), name, resources);
    const limits = this.#limitsOf(pod);
    await this.#write(pod, { shares: limits.shares, ...summed(limits) });
    this.#weigh(pod);
    return limits;
  }

  #limitsOf(pod: Pod): PodCgroupLimits {
    return podCgroupLimits(this.#allocated(pod), this.#services.resourceSettings);
  }

  async #write(pod: Pod, limits: Partial<PodCgroupLimits>): Promise<void> {
    const { cgroup, resourceSettings, log } = this.#services;
    if (!ownsPodCgroups(cgroup)) return;
    const path = cgroupParent(pod, cgroup);
    try {
      await writeCgroup(limits, { root: this.#root, path, unified: resourceSettings.unifiedCgroups });
    } catch (error) {
      if (Object.keys(this.#allocated(pod).spec?.resources?.limits ?? {}).length > 0) throw error;
      log.warn('The cgroup of a pod could not be set', { pod: pod.metadata?.name ?? '', path, error });
    }
  }

  #weigh(pod: Pod): void {
    if (qualityOfService(pod) === 'Burstable') {
      this.#services.burstableRequests.set(uidOf(pod), podCpuRequest(this.#allocated(pod)));
    }
    this.#writeShared();
  }

  /** The cgroups that pods share: those of their classes, and that of all of them. */
  #writeShared(): void {
    const { cgroup, resourceSettings, burstableRequests, log } = this.#services;
    if (!ownsPodCgroups(cgroup)) return;
    const sum = [...burstableRequests.values()].reduce((total, request) => total + request, 0n);
    const shared = [
      { path: classCgroup('burstable', cgroup), limits: { shares: cpuShares(sum) } },
      { path: classCgroup('besteffort', cgroup), limits: { shares: cpuShares(0n) } },
      { path: cgroup.parent, limits: resourceSettings.allPods },
    ];
    for (const { path, limits } of shared) {
      try {
        writeSharedCgroup(limits, { root: this.#root, path, unified: resourceSettings.unifiedCgroups });
      } catch (error) {
        log.warn('A cgroup that pods share could not be set', { path, error });
      }
    }
  }

  #givenTo(uid: string): Given {
    const known = this.#given.get(uid) ?? { containers: new Map<string, ResourceRequirements>() };
    this.#given.set(uid, known);
    return known;
  }

  #allocated(pod: Pod): Pod {
    const { spec } = pod;
    const given = this.#given.get(uidOf(pod));
    if (spec === undefined || given === undefined) return pod;
    const { whole, containers } = given;
    const withGiven = (container: Container): Container => {
      const resources = containers.get(container.name);
      return resources === undefined ? container : { ...container, resources };
    };
    return {
      ...pod,
      spec: {
        ...spec,
        containers: spec.containers.map(withGiven),
        ...(spec.initContainers !== undefined && { initContainers: spec.initContainers.map(withGiven) }),
        ...(whole !== undefined && { resources: whole }),
      },
    };
  }
}

function uidOf({ metadata }: Pod): string {
  return metadata?.uid ?? '';
}
