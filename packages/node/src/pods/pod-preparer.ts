import type { EnvironmentNode } from '../environment/environment-sources.ts';
import { resolveEnvironment } from '../environment/resolve-environment.ts';
import type { InjectedPolicy } from '../provider/injected-fields.ts';
import type { OwnershipStamp } from '../provider/ownership.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { PreparedPod } from '../provider/prepared-pod.ts';
import type { PreparedVolume } from '../provider/prepared-volume.ts';
import type { Pod } from '../provider/wire.ts';
import type { PodResourceHandle } from '../resources/pod-resource-handle.ts';
import { podHash } from './pod-hash.ts';
import type { PodRecord } from './pod-record.ts';

/** Something that keeps a pod from being as its author wants it: from the environment or from a volume. */
export interface PreparationProblem {
  readonly reason: string;
  readonly message: string;
  /** The pod must not start before this is mended. */
  readonly mandatory: boolean;
  readonly fieldPath: string;
}

export interface Preparation {
  /** Undefined while something mandatory is missing. */
  readonly prepared: PreparedPod | undefined;
  readonly problems: readonly PreparationProblem[];
}

export interface PodPreparerOptions {
  readonly injected: InjectedPolicy;
  /** Starts to watch what the pod refers to; `onChange` tells of every change until the handle is released. */
  acquire(pod: Pod, onChange: () => void): PodResourceHandle;
  prepareVolumes(
    pod: Pod,
    handle: PodResourceHandle,
    signal: AbortSignal,
  ): Promise<{
    readonly volumes: readonly PreparedVolume[];
    readonly problems: readonly PreparationProblem[];
  }>;
  node(): EnvironmentNode;
  readonly stamp: (ref: PodRef) => OwnershipStamp;
  /** Nothing more is needed for this pod. */
  readonly forget: (ref: PodRef) => void;
  /** Something that a pod refers to has changed. */
  readonly onChange: (record: PodRecord) => void;
}

/** Makes API pods into prepared ones, and keeps what they refer to watched for as long as they live. */
export class PodPreparer {
  readonly #options: PodPreparerOptions;
  readonly #handles = new Map<string, PodResourceHandle>();
  /** UIDs whose references are waited for: what comes in meanwhile is read afterwards, and is no change. */
  readonly #settling = new Set<string>();

  constructor(options: PodPreparerOptions) {
    this.#options = options;
  }

  /** Waits until every object that the pod refers to has been looked for, then resolves all of them from one snapshot. */
  async prepare(record: PodRecord, pod: Pod, signal: AbortSignal): Promise<Preparation> {
    const handle = this.#handleFor(record, pod);
    await this.#settled(record, handle, signal);
    const serviceLinks = this.#options.injected.serviceLinks === 'omit' ? 'omit' : 'deliver';
    const { environment, problems } = resolveEnvironment(pod, handle, { ...this.#options.node(), serviceLinks });
    const volumes = await this.#options.prepareVolumes(pod, handle, signal);
    const all: readonly PreparationProblem[] = [...problems, ...volumes.problems];
    if (all.some(({ mandatory }) => mandatory)) return { prepared: undefined, problems: all };
    const prepared: PreparedPod = {
      pod,
      environment,
      volumes: volumes.volumes,
      ownership: this.#options.stamp(record.ref),
      hash: podHash(pod),
    };
    return { prepared, problems: all };
  }

  /** Lets go of what a pod referred to. */
  release(record: PodRecord): void {
    this.#handles.get(record.ref.uid)?.release();
    this.#handles.delete(record.ref.uid);
    this.#options.forget(record.ref);
  }

  async #settled({ ref }: PodRecord, handle: PodResourceHandle, signal: AbortSignal): Promise<void> {
    this.#settling.add(ref.uid);
    try {
      await handle.settled(signal);
    } finally {
      this.#settling.delete(ref.uid);
    }
  }

  #handleFor(record: PodRecord, pod: Pod): PodResourceHandle {
    const known = this.#handles.get(record.ref.uid);
    if (known !== undefined) {
      known.update(pod);
      return known;
    }
    const handle = this.#options.acquire(pod, () => {
      if (!this.#settling.has(record.ref.uid)) this.#options.onChange(record);
    });
    this.#handles.set(record.ref.uid, handle);
    return handle;
  }
}
