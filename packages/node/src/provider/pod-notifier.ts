import type { BackendPod, GonePod } from './backend-pod.ts';
import type { CallContext } from './call-context.ts';

/** For a backend that can tell of changes. One that cannot is polled by `getPods`. */
export interface PodNotifier {
  /**
   * Calls `onPod` for each change until `call.signal` is aborted. `onPod` returns at once and never throws.
   * Settles when the subscription ends for any reason: the core then lists again and subscribes anew, after a backoff.
   */
  notifyPods(onPod: (pod: BackendPod | GonePod) => void, call: CallContext): Promise<void>;
}
