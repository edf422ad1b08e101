import { formatTime } from '../clock.ts';
import type { KubeObject } from '../registry/definition.ts';
import type { ObjectReference } from './events.ts';
import type { ObjectDraft } from './object-draft.ts';

/** What one of the cluster's own loops says about an object. */
export interface EventReport {
  about: KubeObject;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** Who says it, for example `default-scheduler`. */
  component: string;
  /** What was being done, for those that report in the shape of events.k8s.io: the scheduler. */
  action?: string;
}

/** Events about objects without a namespace lie in `default`. */
function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? 'default';
}

/** A reference to an object, as events carry it. */
export function referenceTo({ apiVersion, kind, metadata }: KubeObject): ObjectReference {
  const { namespace, name, uid, resourceVersion } = metadata;
  const reference: ObjectReference = { kind, name, uid, apiVersion, resourceVersion };
  if (namespace !== undefined) reference.namespace = namespace;
  return reference;
}

/**
 * Puts a report into an event of core v1. `serial` makes the name unique; with an action it takes the newer form, which
 * has `eventTime` in place of the first and last time and the count.
 */
export function newEvent(report: EventReport, options: { now: number; serial: number }): ObjectDraft {
  const { about, type, reason, message, component, action } = report;
  const suffix = (BigInt(options.now) * 1_000_000n + BigInt(options.serial)).toString(16);
  const base = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about.metadata.name}.${suffix}`, namespace: namespaceOf(about) },
    involvedObject: referenceTo(about),
    type,
    reason,
    message,
    reportingComponent: component,
  } as const;
  const time = formatTime(options.now);
  if (action === undefined) {
    const source = { component };
    return {
      ...base,
      source,
      firstTimestamp: time,
      lastTimestamp: time,
      eventTime: null,
      count: 1,
      reportingInstance: '',
    };
  }
  const eventTime = `${new Date(options.now).toISOString().slice(0, -1)}000Z`;
  return {
    ...base,
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime,
    action,
    reportingInstance: `${component}-devcluster`,
  };
}
