import type { Access } from '../authorization/access.ts';
import { requiredFields } from '../authorization/request-access.ts';
import type { FieldCause } from '../registry/definition.ts';
import { invalid } from '../resources/field-errors.ts';

interface ResourceAttributes {
  namespace?: string;
  verb?: string;
  group?: string;
  version?: string;
  resource?: string;
  subresource?: string;
  name?: string;
  fieldSelector?: { rawSelector?: string; requirements?: { key: string; operator: string; values?: string[] }[] };
}

/** What the four reviews of access ask; `user` and `groups` are missing where somebody asks for themselves. */
export interface AccessQuestion {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: { path?: string; verb?: string };
  user?: string;
  groups?: string[];
  uid?: string;
  extra?: Record<string, string[]>;
}

/** As the server shows it: by the names that the fields have in Go. */
function shownPath({ path = '', verb = '' }: { path?: string; verb?: string }): object {
  return { Path: path, Verb: verb };
}

/** Complaints about what is asked. */
export function validateQuestion(spec: AccessQuestion, isSelf: boolean): FieldCause[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const causes: FieldCause[] = [];
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const why = 'cannot be specified in combination with resourceAttributes';
    causes.push(invalid('spec.nonResourceAttributes', shownPath(nonResourceAttributes), why));
  }
  if (resourceAttributes === undefined && nonResourceAttributes === undefined) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    causes.push(invalid('spec.resourceAttributes', undefined, why));
  }
  if (!isSelf && !spec.user && !spec.groups?.length) {
    causes.push(invalid('spec.user', spec.user ?? '', 'at least one of user or group must be specified'));
  }
  return causes;
}

function fieldsOf({ fieldSelector }: ResourceAttributes): ReadonlyMap<string, string> {
  const { rawSelector = '', requirements = [] } = fieldSelector ?? {};
  const required = requirements.flatMap(({ key, operator, values = [] }) => {
    const [only] = values;
    return operator === 'In' && values.length === 1 && only !== undefined ? [[key, only] as const] : [];
  });
  return rawSelector === '' ? new Map(required) : requiredFields(rawSelector);
}

/** The access that is asked about. `*` as a namespace, a name or a path stands for itself. */
export function askedAccess(spec: AccessQuestion): Access {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes === undefined) {
    return { kind: 'path', verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' };
  }
  const { verb = '', group = '', version = '', resource = '' } = resourceAttributes;
  const { subresource = '', namespace = '', name = '' } = resourceAttributes;
  const fields = fieldsOf(resourceAttributes);
  return { kind: 'resource', verb, group, version, resource, subresource, namespace, name, fields };
}
