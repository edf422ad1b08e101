import type { AuditEvent } from '../cluster/audit-log.ts';

function resourceOf({ objectRef, requestURI }: AuditEvent): string {
  if (objectRef?.resource === undefined) return requestURI.split('?')[0] ?? requestURI;
  return [objectRef.resource, objectRef.subresource].filter((part) => part !== undefined).join('/');
}

/** One line for each verb, resource and answer, with how often it came. */
export function auditSummary(events: readonly AuditEvent[]): string[] {
  const counts = new Map<string, number>();
  for (const event of events) {
    const line = `${event.verb.padEnd(7)} ${resourceOf(event).padEnd(32)} ${event.responseStatus?.code ?? 'unanswered'}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `${line} x ${count}`).toSorted();
}

/** The requests that were not allowed. */
export function forbidden(events: readonly AuditEvent[]): AuditEvent[] {
  return events.filter(({ responseStatus }) => responseStatus?.code === 403);
}
