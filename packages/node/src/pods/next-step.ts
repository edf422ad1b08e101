import type { BackendRetention } from '../provider/define-provider.ts';

/** What the API says of one pod UID. */
export type ApiView =
  /** `confirmed`: by an answer of its own to this process, not only by the cache. */
  | { readonly state: 'absent'; readonly confirmed: boolean }
  | {
      readonly state: 'present';
      /** The phase that the API server has acknowledged is Succeeded or Failed. */
      readonly terminal: boolean;
      /** The API status has shown that the pod started. */
      readonly started: boolean;
      /** Set when `metadata.deletionTimestamp` is. */
      readonly deletion?: { readonly gracePeriodSeconds: number };
      readonly hash: string;
    };

/** What is known of the backend's object. */
export type BackendView =
  | { readonly presence: 'unknown' }
  | { readonly presence: 'absent' }
  | {
      readonly presence: 'present';
      readonly finished: boolean;
      /** `foreign`: that of another cluster, node or pod; `none`: the backend does not tell. */
      readonly stamp: 'ours' | 'none' | 'foreign';
      readonly appliedHash?: string;
    };

/** Everything that decides what to do next for one pod, and nothing else. */
export interface PodView {
  readonly api: ApiView;
  readonly backend: BackendView;
  /** Another UID of the same name still has a backend object. */
  readonly predecessor: boolean;
  /** The backend accepted the pod in the life of this process. */
  readonly accepted: boolean;
  /** The backend was seen to have it in the life of this process. */
  readonly seen?: boolean;
  readonly acknowledgedCreation: boolean;
  readonly refusedHash?: string;
  /** The stop that the backend has accepted last; `overdue` when its grace is over and it still runs. */
  readonly deletion?: { readonly gracePeriodSeconds: number; readonly overdue: boolean };
  /** It is ended so that a critical pod has room. */
  readonly preempted?: boolean;
  readonly apiDeleteDone: boolean;
  readonly retention: BackendRetention;
  /**
   * Whether the provider has been handed a pod of a process before, where it wants to be: `due` not at all, `bare` without what
   * the pod refers to, `done` also for a pod that this process created.
   */
  readonly adoption: 'due' | 'bare' | 'done';
  /** The provider has `removePod`. */
  readonly removable: boolean;
}

/** The next thing to do. Each is done whole, then the view is taken again. */
export type Step =
  /** Nothing until something changes. */
  | { readonly kind: 'wait' }
  /** Nothing until something changes, or the grace of the stop that was asked for is over. */
  | { readonly kind: 'wait-for-stop' }
  /** Ask the backend whether it has the pod. */
  | { readonly kind: 'look' }
  /** Say in the API that the pod is taken, before a backend that forgets is asked to run it. */
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'create' }
  | { readonly kind: 'update' }
  /** Hand the provider a pod that a process before this one created. `bare`: as it is, without what it refers to. */
  | { readonly kind: 'adopt'; readonly bare: boolean }
  /** Ask the backend to stop it. */
  | { readonly kind: 'delete'; readonly gracePeriodSeconds: number | 'as-last-asked' }
  /** The backend lost a pod that had started: it is Failed. */
  | { readonly kind: 'fail-as-lost' }
  /** Write the terminal status of a pod that is being deleted. */
  | { readonly kind: 'end' }
  /** Remove the API object. */
  | { readonly kind: 'delete-from-api' }
  /** Ask the API itself whether the UID is gone. */
  | { readonly kind: 'confirm-gone' }
  /** Free what the backend still keeps. */
  | { readonly kind: 'remove' }
  /** The backend object carries the stamp of somebody else: it is neither changed nor stopped, and the pod says so. */
  | { readonly kind: 'leave-foreign' }
  /** Drop the record. `foreign`: the backend object is not ours and stays. */
  | { readonly kind: 'forget'; readonly foreign: boolean };

const wait: Step = { kind: 'wait' };
const waitForStop: Step = { kind: 'wait-for-stop' };
const leaveForeign: Step = { kind: 'leave-foreign' };

/** The next step for one pod: the whole of the life cycle, as a function of what is known. */
export function nextStep(view: PodView): Step {
  if (view.api.state === 'absent') return stepWithoutApiObject(view, view.api.confirmed);
  if (view.api.terminal) return stepWhenTerminal(view, view.api.deletion?.gracePeriodSeconds);
  if (view.api.deletion !== undefined) return stepWhileDeleting(view, view.api.deletion.gracePeriodSeconds);
  if (view.preempted === true) return stepWhileDeleting(view, undefined);
  return stepWhileWanted(view, view.api.started, view.api.hash);
}

/** Promise 2: a backend object goes only when it is ours and the API itself has said that the UID is gone. */
function stepWithoutApiObject(view: PodView, confirmed: boolean): Step {
  const { backend } = view;
  if (backend.presence === 'absent') return { kind: 'forget', foreign: false };
  if (backend.presence === 'unknown') return { kind: 'look' };
  if (backend.stamp !== 'ours') return { kind: 'forget', foreign: true };
  if (!confirmed) return { kind: 'confirm-gone' };
  if (backend.finished) {
    if (view.removable) return { kind: 'remove' };
    // Without removePod a stop is all there is. Once it was accepted, the record stays for as long as the backend names the
    // object: forgotten earlier, it would be found again by every listing.
    return view.deletion === undefined ? { kind: 'delete', gracePeriodSeconds: 0 } : wait;
  }
  return stop(view, undefined);
}

/** Terminal phases are sticky: what still runs is stopped, and the object goes when somebody asked for it. */
function stepWhenTerminal(view: PodView, gracePeriodSeconds: number | undefined): Step {
  const { backend } = view;
  if (backend.presence === 'unknown') return { kind: 'look' };
  if (backend.presence === 'present' && backend.stamp === 'ours' && view.adoption === 'due')
    return { kind: 'adopt', bare: true };
  if (backend.presence === 'present' && !backend.finished) {
    return backend.stamp === 'foreign' ? leaveForeign : stop(view, gracePeriodSeconds);
  }
  return gracePeriodSeconds !== undefined && !view.apiDeleteDone ? { kind: 'delete-from-api' } : wait;
}

/**
 * The pod is to stop: it is being deleted, or makes room for another and has its own grace. It reaches a terminal status before
 * its object goes, and its object never goes before it has stopped.
 */
function stepWhileDeleting(view: PodView, gracePeriodSeconds: number | undefined): Step {
  const { backend } = view;
  if (backend.presence === 'unknown') return { kind: 'look' };
  if (backend.presence === 'present' && backend.stamp === 'ours' && view.adoption === 'due')
    return { kind: 'adopt', bare: true };
  if (backend.presence === 'absent' || backend.finished) return { kind: 'end' };
  if (backend.stamp === 'foreign') return leaveForeign;
  return stop(view, gracePeriodSeconds);
}

/** Asks for a stop: once, again when the grace that is asked for gets shorter, and again when it is over. */
function stop({ deletion }: PodView, gracePeriodSeconds: number | undefined): Step {
  if (deletion === undefined) return { kind: 'delete', gracePeriodSeconds: gracePeriodSeconds ?? 'as-last-asked' };
  if (gracePeriodSeconds !== undefined && gracePeriodSeconds < deletion.gracePeriodSeconds) {
    return { kind: 'delete', gracePeriodSeconds };
  }
  return deletion.overdue ? { kind: 'delete', gracePeriodSeconds: 0 } : waitForStop;
}

/** Promise 1: one run per UID. Absent and never started: create. Absent after it started: lost, never a second create. */
function stepWhileWanted(view: PodView, started: boolean, hash: string): Step {
  const { backend } = view;
  if (backend.presence === 'unknown') return { kind: 'look' };
  if (backend.presence === 'present') {
    if (backend.stamp === 'foreign') return leaveForeign;
    if (backend.stamp === 'ours' && view.adoption !== 'done') return { kind: 'adopt', bare: false };
    if (backend.appliedHash === undefined || backend.appliedHash === hash || view.refusedHash === hash) return wait;
    return { kind: 'update' };
  }
  const mayHaveRun = view.accepted || view.seen === true || (started && view.retention !== 'dies-with-process');
  if (mayHaveRun) return { kind: 'fail-as-lost' };
  if (view.predecessor || view.refusedHash === hash) return wait;
  if (view.retention === 'forgets-finished' && !view.acknowledgedCreation) return { kind: 'acknowledge' };
  return { kind: 'create' };
}
