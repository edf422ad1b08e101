import type { KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { SelectorError } from './selector-error.ts';

export interface FieldRequirement {
  field: string;
  negated: boolean;
  value: string;
  read: (object: KubeObject) => string;
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}

function splitTerms(text: string): string[] {
  return text.split(/(?<!\\),/).filter((term) => term !== '');
}

/** Reads a `fieldSelector` query without knowing which fields there are. Throws SelectorError. */
export function parseFieldTerms(text: string): Omit<FieldRequirement, 'read'>[] {
  return splitTerms(text).map((term) => {
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
    if (match === null) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = '', operator, value = ''] = match;
    return { field, negated: operator === '!=', value: unescape(value) };
  });
}

/** Reads a `fieldSelector` query against the fields that the resource can be selected by. Throws SelectorError. */
export function parseFieldSelector(
  text: string,
  definition: ResourceDefinition,
  storedField: (field: string) => string = (field) => field,
): FieldRequirement[] {
  return parseFieldTerms(text).map((term) => ({ ...term, read: readerOf(storedField(term.field), definition) }));
}

function readerOf(field: string, definition: ResourceDefinition): (object: KubeObject) => string {
  if (field === 'metadata.name') return (object) => object.metadata.name;
  if (field === 'metadata.namespace') return (object) => object.metadata.namespace ?? '';
  const reader = Object.hasOwn(definition.selectableFields, field) ? definition.selectableFields[field] : undefined;
  if (reader === undefined) {
    const { group, kind } = definition;
    throw new SelectorError(
      group === '' || kind === 'Event'
        ? `field label not supported: ${field}`
        : `field label not supported for ${group}/${definition.version}, Kind=${kind}: ${field}`,
    );
  }
  return reader;
}

export function matchesFields(requirements: readonly FieldRequirement[], object: KubeObject): boolean {
  return requirements.every((requirement) => (requirement.read(object) === requirement.value) !== requirement.negated);
}
