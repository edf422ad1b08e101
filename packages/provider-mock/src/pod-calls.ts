import {
  formatFieldErrors,
  formatPodRef,
  InvalidInput,
  NotFound,
  podRefOf,
  RetryAfter,
  Terminal,
} from '@vk/node/provider';
import type {
  CallContext,
  DeleteOptions,
  FieldError,
  Pod,
  PodLifecycleHandler,
  PodRef,
  PreparedPod,
} from '@vk/node/provider';
import { readBehaviour } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';
import type { ChangeFeed } from './change-feed.ts';
import { hangIfAsked } from './hang.ts';
import type { MockBackend, NodeIdentity } from './mock-backend.ts';
import type { RecordMachines } from './container/record-machines.ts';
import { drawing, podRecordOf } from './pod-record-of.ts';
import { podRecordUpdated } from './pod-record-updated.ts';
import { isLost, podView } from './pod-view.ts';
import type { DeletionRecord, PodRecord } from './pod-record.ts';
import type { Timeline } from './timeline.ts';

const defaultThrottle = { minimum: 1_000, maximum: 1_000 };

export interface PodCallsOptions {
  readonly backend: MockBackend;
  readonly node: NodeIdentity;
  readonly defaults: Readonly<Record<string, string>>;
  readonly seed: string;
  readonly timeline: Timeline;
  readonly changes: ChangeFeed;
  readonly machines: RecordMachines;
}

type PodCalls = Required<Pick<PodLifecycleHandler, 'createPod' | 'updatePod' | 'deletePod' | 'removePod' | 'refuse'>>;

/** The calls that change pods. */
export function createPodCalls(options: PodCallsOptions): PodCalls {
  const { backend, node, defaults, seed, timeline, changes, machines } = options;

  /** The pod, when this node has it and has not lost it. */
  function find(uid: string): PodRecord | undefined {
    const pod = backend.get(node, uid);
    return pod !== undefined && !isLost(pod, timeline()) ? pod : undefined;
  }

  async function failStart(prepared: PreparedPod, behaviour: Behaviour): Promise<void> {
    const { uid } = podRefOf(prepared.pod);
    const throttled = behaviour.of('throttle');
    if (throttled !== undefined && (await backend.countAttempt(uid, 'throttle')) < throttled) {
      const wait = drawing(prepared, seed)(behaviour.of('throttle-delay') ?? defaultThrottle, 'throttle-delay');
      throw new RetryAfter(wait ?? 0, 'the mock backend is throttled: the pod says so');
    }
    const startError = behaviour.of('start-error');
    if (startError === undefined || startError === 'unacknowledged') return;
    const limit = behaviour.of('start-error-count');
    if (limit !== undefined && (await backend.countAttempt(uid, 'start-error')) >= limit) return;
    if (startError === 'terminal') throw new Terminal('the mock backend cannot start the pod: the pod says so');
    throw new Error('the mock backend failed to start the pod: the pod says so');
  }

  async function createPod(prepared: PreparedPod, call: CallContext): Promise<void> {
    call.signal.throwIfAborted();
    const { pod } = prepared;
    const { uid } = podRefOf(pod);
    const [refused, ...more] = refuse(pod);
    if (refused !== undefined)
      throw new InvalidInput(refused.field, [refused.message, formatFieldErrors(more)].filter(Boolean).join('; '));
    const behaviour = readBehaviour(pod, defaults);
    await hangIfAsked(
      'createPod',
      { hang: behaviour.of('hang') ?? [], hangIgnoringAbort: behaviour.of('hang-ignoring-abort') ?? [] },
      call.signal,
    );
    if (find(uid) === undefined) await failStart(prepared, behaviour);
    // Looked at again: another call may have created it while this one counted its attempt.
    machines.put(prepared);
    if (find(uid) !== undefined) {
      await backend.settled();
      return;
    }
    const podIP = pod.spec?.hostNetwork === true ? undefined : backend.takeAddress(node);
    await backend.put(
      podRecordOf(prepared, { defaults, seed, now: timeline(), ...(podIP !== undefined && { podIP }) }),
    );
    changes.tell(uid);
    if (behaviour.of('start-error') === 'unacknowledged')
      throw new Error('the mock backend created the pod but its answer was lost: the pod says so');
  }

  async function updatePod(
    prepared: PreparedPod,
    _previous: PreparedPod | undefined,
    call: CallContext,
  ): Promise<void> {
    call.signal.throwIfAborted();
    const ref = podRefOf(prepared.pod);
    await hangIfAsked('updatePod', existing(ref), call.signal);
    machines.put(prepared);
    await backend.put(podRecordUpdated(existing(ref), prepared, timeline()));
    changes.tell(ref.uid);
  }

  async function deletePod(ref: PodRef, { gracePeriodSeconds }: DeleteOptions, call: CallContext): Promise<void> {
    call.signal.throwIfAborted();
    const { deleteErrorCount } = existing(ref);
    await hangIfAsked('deletePod', existing(ref), call.signal);
    if (deleteErrorCount > 0 && (await backend.countAttempt(ref.uid, 'delete-error')) < deleteErrorCount)
      throw new Error('the mock backend failed to delete the pod: the pod says so');
    const pod = existing(ref);
    const now = timeline();
    const { phase } = podView(pod, now, undefined);
    if (phase === 'Succeeded' || phase === 'Failed') return;
    await backend.put({ ...pod, deletion: deletionOf(pod.deletion, gracePeriodSeconds, now) });
    changes.tell(ref.uid);
  }

  async function removePod(ref: PodRef, call: CallContext): Promise<void> {
    call.signal.throwIfAborted();
    const pod = find(ref.uid);
    if (pod !== undefined) await hangIfAsked('removePod', pod, call.signal);
    await backend.remove(ref.uid);
    changes.forget(ref.uid);
    machines.forget(ref.uid);
  }

  function existing(ref: PodRef): PodRecord {
    const pod = find(ref.uid);
    if (pod === undefined) throw new NotFound(`the mock backend has no pod ${formatPodRef(ref)} with UID ${ref.uid}`);
    return pod;
  }

  function refuse(pod: Pod): readonly FieldError[] {
    const behaviour = readBehaviour(pod, defaults);
    const fields = behaviour.of('refuse') ?? [];
    return [
      ...behaviour.errors,
      ...fields.map((field) => ({ field, message: 'the mock backend cannot do this: the pod says so' })),
    ];
  }

  return { createPod, updatePod, deletePod, removePod, refuse };
}

/** A delete after another one can only shorten what is left. */
function deletionOf(before: DeletionRecord | undefined, gracePeriodSeconds: number, now: number): DeletionRecord {
  const killAt = now + gracePeriodSeconds * 1_000;
  const forcedAt = before?.forcedAt ?? (gracePeriodSeconds <= 0 ? now : undefined);
  return {
    requestedAt: before?.requestedAt ?? now,
    killAt: Math.min(killAt, before?.killAt ?? killAt),
    ...(forcedAt !== undefined && { forcedAt }),
  };
}
