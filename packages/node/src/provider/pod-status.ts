import type { ContainerState, ContainerStatus, Pod, PodStatus } from './wire.ts';

/** What {@link podStatus} needs to know besides the pod. */
export interface PodStatusOptions {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /** The state of every container, or of each by name. */
  readonly state: ContainerState | ((container: string) => ContainerState);
  readonly podIP?: string;
  readonly hostIP?: string;
  /** RFC 3339: when the backend accepted the pod. */
  readonly startTime?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly restartCount?: (container: string) => number;
}

/**
 * A status for a backend that knows little: one entry per regular container, ready while it runs. The core fills the
 * conditions from it, so a provider never writes conditions unless it knows better.
 */
export function podStatus(pod: Pod, options: PodStatusOptions): PodStatus {
  const containerStatuses = (pod.spec?.containers ?? []).map((container): ContainerStatus => {
    const state = typeof options.state === 'function' ? options.state(container.name) : options.state;
    const running = state.running !== undefined;
    return {
      name: container.name,
      image: container.image ?? '',
      imageID: '',
      state,
      ready: running,
      started: running,
      restartCount: options.restartCount?.(container.name) ?? 0,
    };
  });
  return {
    phase: options.phase,
    ...(options.reason !== undefined && { reason: options.reason }),
    ...(options.message !== undefined && { message: options.message }),
    ...(options.startTime !== undefined && { startTime: options.startTime }),
    ...(options.hostIP !== undefined && { hostIP: options.hostIP, hostIPs: [{ ip: options.hostIP }] }),
    ...(options.podIP !== undefined && { podIP: options.podIP, podIPs: [{ ip: options.podIP }] }),
    containerStatuses,
  };
}
