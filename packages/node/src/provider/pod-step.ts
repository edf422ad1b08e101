import type { PodRef } from './pod-ref.ts';

/** Something that a provider does for a pod by itself, beside the calls of the core: a container that is started again, a probe. */
export interface PodStep {
  readonly ref: PodRef;
  /** One of few names, for example `start-container`: it is a label of metrics. */
  readonly step: string;
  /** Absent for what concerns the pod as a whole. */
  readonly container?: string;
}

/** Sees every step. It calls `proceed` exactly once, and gives back what that gave, or throws what it threw. */
export type PodStepObserver = <T>(step: PodStep, proceed: () => Promise<T>) => Promise<T>;
