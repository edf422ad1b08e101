import type { FieldCause, KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { invalid, required } from './field-errors.ts';
import { humanAge } from './human-duration.ts';
import { dnsSubdomainProblems, pathSegmentProblems, qualifiedNameProblems } from './names.ts';
import { objectStrategy } from './object-strategy.ts';
import { column, nameColumn } from './table-columns.ts';

/** A reference to another object, as events carry it. */
export interface ObjectReference {
  apiVersion?: string;
  kind?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  resourceVersion?: string;
  fieldPath?: string;
}

/** An event of core v1. */
export interface CoreEvent extends KubeObject {
  involvedObject?: ObjectReference;
  related?: ObjectReference;
  reason?: string;
  message?: string;
  type?: string;
  action?: string;
  source?: { component?: string; host?: string };
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  count?: number;
  series?: { count?: number; lastObservedTime?: string };
  reportingComponent?: string;
  reportingInstance?: string;
}

const lengthLimits = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

function validateNewStyle(event: CoreEvent): FieldCause[] {
  const causes: FieldCause[] = [];
  const namespace = event.metadata.namespace ?? '';
  if (!event.involvedObject?.namespace && namespace !== 'default' && namespace !== 'kube-system') {
    causes.push(invalid('involvedObject.namespace', '', 'does not match event.namespace'));
  }
  const component = event.reportingComponent ?? '';
  if (component === '') causes.push(required('reportingComponent'));
  causes.push(...qualifiedNameProblems(component).map((problem) => invalid('reportingComponent', component, problem)));
  for (const field of ['reportingInstance', 'action', 'reason', 'message'] as const) {
    const text = event[field] ?? '';
    if (text === '' && field !== 'message') causes.push(required(field));
    const limit = lengthLimits[field];
    if (Buffer.byteLength(text) > limit) causes.push(invalid(field, '', `can have at most ${limit} characters`));
  }
  return causes;
}

function validateOldStyle(event: CoreEvent): FieldCause[] {
  const namespace = event.metadata.namespace ?? '';
  const involved = event.involvedObject?.namespace ?? '';
  const agrees = involved === '' ? namespace === '' || namespace === 'default' : namespace === involved;
  return agrees ? [] : [invalid('involvedObject.namespace', involved, 'does not match event.namespace')];
}

function validate(object: KubeObject): FieldCause[] {
  const event = object as CoreEvent;
  const namespace = event.metadata.namespace ?? '';
  return [
    ...(event.eventTime ? validateNewStyle(event) : validateOldStyle(event)),
    ...dnsSubdomainProblems(namespace).map((problem) => invalid('namespace', namespace, problem)),
  ];
}

function involved(field: keyof ObjectReference): (object: KubeObject) => string {
  return (object) => (object as CoreEvent).involvedObject?.[field] ?? '';
}

function firstSeen({ firstTimestamp, eventTime }: CoreEvent, now: number): string {
  return humanAge(firstTimestamp || eventTime, now);
}

function lastSeen(event: CoreEvent, now: number): string {
  if (event.series !== undefined) return humanAge(event.series.lastObservedTime, now);
  return event.lastTimestamp ? humanAge(event.lastTimestamp, now) : firstSeen(event, now);
}

function involvedObjectText({ involvedObject = {} }: CoreEvent): string {
  const kind = (involvedObject.kind ?? '').toLowerCase();
  return involvedObject.name ? `${kind}/${involvedObject.name}` : kind;
}

function sourceText({ source = {}, reportingComponent, reportingInstance }: CoreEvent): string {
  const instance = source.host || reportingInstance || '';
  const component = source.component || reportingComponent || '';
  return instance === '' ? component : `${component}, ${instance}`;
}

/** Events, in the shape of core v1. */
export const events: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  namespaced: true,
  subresources: [],
  selectableFields: {
    'involvedObject.kind': involved('kind'),
    'involvedObject.namespace': involved('namespace'),
    'involvedObject.name': involved('name'),
    'involvedObject.uid': involved('uid'),
    'involvedObject.apiVersion': involved('apiVersion'),
    'involvedObject.resourceVersion': involved('resourceVersion'),
    'involvedObject.fieldPath': involved('fieldPath'),
    reason: (object) => (object as CoreEvent).reason ?? '',
    reportingComponent: (object) => (object as CoreEvent).reportingComponent ?? '',
    source: (object) => (object as CoreEvent).source?.component || (object as CoreEvent).reportingComponent || '',
    type: (object) => (object as CoreEvent).type ?? '',
  },
  columns: [
    column('Last Seen', lastSeen, { description: 'How long ago it happened last.' }),
    column('Type', (event: CoreEvent) => event.type ?? '', { description: 'Normal or Warning.' }),
    column('Reason', (event: CoreEvent) => event.reason ?? '', { description: 'Why it happened, as one word.' }),
    column('Object', involvedObjectText, { description: 'What it is about.' }),
    column('Subobject', (event: CoreEvent) => event.involvedObject?.fieldPath ?? '', {
      description: 'The part of the object that it is about.',
      wide: true,
    }),
    column('Source', sourceText, { description: 'Who reports it.', wide: true }),
    column('Message', (event: CoreEvent) => (event.message ?? '').trim(), { description: 'What happened.' }),
    column('First Seen', firstSeen, { description: 'How long ago it happened first.', wide: true }),
    column('Count', (event: CoreEvent) => event.series?.count ?? (event.count || 1), {
      description: 'How often it happened.',
      wide: true,
    }),
    { ...nameColumn, priority: 1 },
  ],
  strategy: {
    ...objectStrategy({ namespaced: true, nameProblems: pathSegmentProblems }, { validate }),
    allowCreateOnUpdate: true,
  },
};
