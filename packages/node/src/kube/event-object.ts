import type { KubeEvent } from '../provider/wire.ts';
import type { EventRecord } from './event-correlator.ts';

/** Who reports events. */
export interface EventReporter {
  /** The node: `source.host`, and `reportingInstance`. */
  readonly nodeName: string;
  /** `source.component`, and `reportingComponent`. Defaults to `virtual-kubelet`. */
  readonly component?: string;
}

/** An event as it is created in the API. */
export function eventObject(
  record: EventRecord,
  { nodeName, component = 'virtual-kubelet' }: EventReporter,
): KubeEvent {
  const { name, namespace, involved, type, reason, message, count } = record;
  return {
    metadata: { name, namespace },
    involvedObject: involved,
    type,
    reason,
    message,
    count,
    firstTimestamp: eventTime(record.firstTimestamp),
    lastTimestamp: eventTime(record.lastTimestamp),
    source: { component, host: nodeName },
    reportingComponent: component,
    reportingInstance: nodeName,
  };
}

/** RFC 3339 in whole seconds, which is all that a core/v1 event holds. */
export function eventTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
