import type { ResourceRequirements } from '../../provider/wire.ts';
import type { ProbeType } from './engine-state.ts';

/** An image that a container wants. */
interface ImageSubject {
  readonly container: string;
  readonly image: string;
  /** The volume that is this image; absent: it is the container's own. */
  readonly volume?: string;
}

/** Every legal step of a pod's life, by name. */
export type EngineStep =
  | { readonly kind: 'prepare-pod'; readonly version: number }
  | { readonly kind: 'release-pod' }
  | { readonly kind: 'create-sandbox'; readonly attempt: number; readonly resources: ResourceRequirements }
  | { readonly kind: 'stop-sandbox'; readonly sandboxId: string }
  | { readonly kind: 'remove-sandbox'; readonly sandboxId: string }
  | (ImageSubject & { readonly kind: 'inspect-image' })
  | (ImageSubject & { readonly kind: 'pull-image' })
  | {
      readonly kind: 'create-container';
      readonly container: string;
      readonly attempt: number;
      readonly sandboxId: string;
      readonly image: string;
      readonly imageRef: string;
      /** What the images were resolved to that it mounts, by volume. */
      readonly volumeImageRefs?: Readonly<Record<string, string>>;
      readonly restartDelayMilliseconds: number;
      readonly targetContainerId?: string;
    }
  | { readonly kind: 'start-container'; readonly container: string; readonly containerId: string }
  | { readonly kind: 'run-post-start'; readonly container: string; readonly containerId: string }
  | { readonly kind: 'run-pre-stop'; readonly container: string; readonly containerId: string }
  | {
      readonly kind: 'stop-container';
      readonly container: string;
      readonly containerId: string;
      readonly timeoutSeconds: number;
    }
  | { readonly kind: 'remove-container'; readonly container: string; readonly containerId: string }
  | {
      readonly kind: 'update-resources';
      readonly container: string;
      readonly containerId: string;
      readonly resources: ResourceRequirements;
    }
  | { readonly kind: 'update-pod-resources'; readonly sandboxId: string; readonly resources: ResourceRequirements }
  | { readonly kind: 'probe'; readonly container: string; readonly containerId: string; readonly type: ProbeType };

export type ActionKind = EngineStep['kind'];

export type StepOf<Kind extends ActionKind> = Extract<EngineStep, { readonly kind: Kind }>;

/** A step that is to be done now. Its outcome comes back with the same lane and id; two of one lane are never under way. */
export type EngineAction = EngineStep & { readonly lane: string; readonly id: number };

/** An action that has lost its point, and is to end as soon as it can. */
export interface Cancellation {
  readonly lane: string;
  readonly id: number;
  /**
   * `awaited`: its lane stays taken until it has ended, and how it ended counts, since it may have made something. `ignored`:
   * its lane is free, and whatever comes of it changes nothing.
   */
  readonly outcome: 'awaited' | 'ignored';
}

/** How an action ended. */
export type ActionOutcome = { readonly lane: string; readonly id: number } & (
  | { readonly ok: true; readonly value: ActionValue }
  | {
      readonly ok: false;
      readonly message: string;
      /** What kind of failure, where it makes a difference to the reason that is shown. */
      readonly failure?: 'config' | 'refused' | 'image-registry' | 'image-signature' | 'image-name';
      readonly retryAfterMilliseconds?: number;
    }
);

/** What an action brought. Each kind reads its own fields. */
export interface ActionValue {
  /** Of an image that is there and that the pod may use, by `inspect-image` and `pull-image`. */
  readonly imageRef?: string;
  readonly sizeBytes?: number;
  /** Of a `pull-image`: how long the pull itself took, without the wait for its turn. */
  readonly pullMilliseconds?: number;
  /** Of a `probe`. */
  readonly probe?: ProbeOutcome;
}

export interface ProbeOutcome {
  readonly result: 'success' | 'failure' | 'warning';
  /** What the probe or its target said, for the event. */
  readonly output: string;
}
