import type { FieldCause, KubeObject, ResourceStrategy } from '../registry/definition.ts';
import { type NameRule, validateEveryUpdate, validateMetadata, validateMetadataUpdate } from './metadata-validation.ts';

/** What a resource adds to the checks that every object has. */
export interface ObjectStrategyParts extends Omit<ResourceStrategy, 'validateCreate' | 'validateUpdate'> {
  /** Complaints about the rest of the object, on creation and on every update of the main resource. */
  validate?: (object: KubeObject) => FieldCause[];
  /** Whether the metadata of an update is checked as if the object were new, too. Absent: yes. */
  checksUpdatesAsNew?: boolean;
  /** Complaints about the change itself. */
  validateChange?: (next: KubeObject, previous: KubeObject, subresource: string) => FieldCause[];
}

/** A strategy whose objects are checked as the API server checks metadata, and then by the resource's own rules. */
export function objectStrategy(rule: NameRule, parts: ObjectStrategyParts = {}): ResourceStrategy {
  const { validate, validateChange, checksUpdatesAsNew = true, ...rest } = parts;
  return {
    ...rest,
    validateCreate: (object) => [...validateMetadata(object, rule), ...(validate?.(object) ?? [])],
    validateUpdate: (next, previous, subresource) => [
      ...validateEveryUpdate(next, previous),
      ...validateMetadataUpdate(next, previous),
      ...(validateChange?.(next, previous, subresource) ?? []),
      ...(subresource === '' && checksUpdatesAsNew ? validateMetadata(next, rule) : []),
      ...(subresource === '' ? (validate?.(next) ?? []) : []),
    ],
  };
}
