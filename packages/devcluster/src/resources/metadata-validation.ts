import type { FieldCause, KubeObject, ObjectMeta } from '../registry/definition.ts';
import { deepEqual } from './deep-equal.ts';
import { forbidden, invalid, quote, required, tooLong } from './field-errors.ts';
import { dnsLabelProblems, labelValueProblems, qualifiedNameProblems, type TextRule } from './names.ts';

const annotationsLimitBytes = 256 * 1024;

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** The server's complaint about a change to a field that stays as it was made. */
export const immutableMessage = 'field is immutable';

/** How a resource names its objects. */
export interface NameRule {
  namespaced: boolean;
  nameProblems: TextRule;
}

/** Complaints about a map of labels, or of a selector's `matchLabels`. */
export function validateLabels(labels: Readonly<Record<string, string>> | undefined, field: string): FieldCause[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => invalid(field, key, problem)),
    ...labelValueProblems(value).map((problem) => invalid(field, value, problem)),
  ]);
}

function validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, field: string): FieldCause[] {
  const entries = Object.entries(annotations ?? {});
  const causes = entries.flatMap(([key]) =>
    qualifiedNameProblems(key.toLowerCase()).map((problem) => invalid(field, key, problem)),
  );
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > annotationsLimitBytes) causes.push(tooLong(field, annotationsLimitBytes));
  return causes;
}

function validateOwnerReferences(owners: ObjectMeta['ownerReferences'], field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  let controller: string | undefined;
  for (const owner of owners ?? []) {
    if (!owner.apiVersion)
      causes.push(invalid(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'));
    if (!owner.kind) causes.push(invalid(`${field}.kind`, owner.kind ?? '', 'must not be empty'));
    if (!owner.name) causes.push(invalid(`${field}.name`, owner.name ?? '', 'must not be empty'));
    if (!owner.uid) causes.push(invalid(`${field}.uid`, owner.uid ?? '', 'must not be empty'));
    if (owner.apiVersion === 'v1' && owner.kind === 'Event') {
      causes.push(invalid(field, owner, '/v1, Kind=Event is disallowed from being an owner'));
    }
    if (owner.controller !== true) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (controller === undefined) controller = name;
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      causes.push(invalid(field, owners, detail));
    }
  }
  return causes;
}

function validateFinalizers(finalizers: readonly string[] | undefined, field: string): FieldCause[] {
  const list = finalizers ?? [];
  const malformed = list.flatMap((finalizer) =>
    qualifiedNameProblems(finalizer).map((problem) => invalid(field, finalizer, problem)),
  );
  const unknown = list.flatMap((finalizer, index) => {
    if (finalizer.includes('/') || standardFinalizers.has(finalizer)) return [];
    return [
      invalid(`${field}[${index}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
    ];
  });
  return [...malformed, ...unknown];
}

/** A name that is to be generated may end in the separator that the random part follows. */
function withoutTrailingDash(prefix: string): string {
  return prefix.endsWith('-') ? `${prefix.slice(0, -1)}a` : prefix;
}

function validateCommon(metadata: ObjectMeta): FieldCause[] {
  return [
    ...validateLabels(metadata.labels, 'metadata.labels'),
    ...validateAnnotations(metadata.annotations, 'metadata.annotations'),
    ...validateOwnerReferences(metadata.ownerReferences, 'metadata.ownerReferences'),
    ...validateFinalizers(metadata.finalizers, 'metadata.finalizers'),
  ];
}

/** What the API server finds wrong with an object's metadata when it is created. */
export function validateMetadata(object: KubeObject, rule: NameRule): FieldCause[] {
  const { metadata } = object;
  const causes: FieldCause[] = [];
  if (metadata.generateName) {
    const { generateName } = metadata;
    for (const problem of rule.nameProblems(withoutTrailingDash(generateName))) {
      causes.push(invalid('metadata.generateName', generateName, problem));
    }
  }
  if (!metadata.name) causes.push(required('metadata.name', 'name or generateName is required'));
  else
    for (const problem of rule.nameProblems(metadata.name))
      causes.push(invalid('metadata.name', metadata.name, problem));
  if (rule.namespaced) {
    if (!metadata.namespace) causes.push(required('metadata.namespace'));
    else {
      for (const problem of dnsLabelProblems(metadata.namespace)) {
        causes.push(invalid('metadata.namespace', metadata.namespace, problem));
      }
    }
  } else if (metadata.namespace) causes.push(forbidden('metadata.namespace', 'not allowed on this type'));
  return [...causes, ...validateCommon(metadata)];
}

const immutableFields = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** What the API server finds wrong with a change of an object's metadata. */
export function validateMetadataUpdate(next: KubeObject, previous: KubeObject): FieldCause[] {
  const causes: FieldCause[] = [];
  const { metadata } = next;
  if (previous.metadata.deletionTimestamp !== undefined) {
    const known = new Set(previous.metadata.finalizers ?? []);
    const added = (metadata.finalizers ?? []).filter((finalizer) => !known.has(finalizer));
    if (added.length > 0) {
      const list = [...new Set(added)].sort().map(quote).join(', ');
      const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
      causes.push(forbidden('metadata.finalizers', detail));
    }
  }
  for (const field of immutableFields) {
    if (!deepEqual(metadata[field], previous.metadata[field])) {
      causes.push(invalid(`metadata.${field}`, metadata[field], immutableMessage));
    }
  }
  causes.push(...validateLabels(metadata.labels, 'metadata.labels'));
  causes.push(...validateAnnotations(metadata.annotations, 'metadata.annotations'));
  causes.push(...validateOwnerReferences(metadata.ownerReferences, 'metadata.ownerReferences'));
  return causes;
}

/**
 * What the API server finds wrong with the metadata of every update, whatever the resource. Most resources check the
 * same once more, so that one mistake has several causes in the answer, though it is named once in its message.
 */
export function validateEveryUpdate(next: KubeObject, previous: KubeObject): FieldCause[] {
  return [...validateCommon(next.metadata), ...validateMetadataUpdate(next, previous)];
}
