import type { Follow } from '../control-loop/object-change.ts';
import type { ConditionChange } from '../resources/pods/pod-conditions.ts';
import type { Pod } from '../resources/pods/pod-types.ts';

/** What the scheduler says about a pod. */
export interface SchedulingEvent {
  pod: Pod;
  type: 'Normal' | 'Warning';
  reason: 'Scheduled' | 'FailedScheduling';
  action: 'Binding' | 'Scheduling';
  message: string;
}

/** All that the scheduler needs of the cluster. */
export interface SchedulerPort {
  follow: Follow<'pods' | 'nodes'>;
  /** Binds a pod, by its UID. Rejects when it is gone, or bound already. */
  bind(pod: Pod, nodeName: string): Promise<void>;
  /** Sets one condition in the status of a pod. */
  setCondition(pod: Pod, change: ConditionChange): Promise<void>;
  recordEvent(event: SchedulingEvent): Promise<void>;
}
