import type { FieldCause } from '../../registry/definition.ts';
import { invalid, required } from '../field-errors.ts';
import { textCauses } from '../field-paths.ts';
import { configMapKeyProblems, dnsSubdomainProblems, environmentVariableNameProblems } from '../names.ts';
import { environmentFields, validateFieldReference, validateResourceReference } from './downward-validation.ts';
import type { Container, EnvironmentVariable } from './pod-types.ts';

function validateKeyReference(reference: { name?: string; key: string }, field: string): FieldCause[] {
  const causes = textCauses(dnsSubdomainProblems, reference.name ?? '', `${field}.name`);
  if (!reference.key) causes.push(required(`${field}.key`));
  else causes.push(...textCauses(configMapKeyProblems, reference.key, `${field}.key`));
  return causes;
}

function validateSource({ value, valueFrom }: EnvironmentVariable, field: string): FieldCause[] {
  if (valueFrom === undefined) return [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom;
  const causes: FieldCause[] = [];
  if (fieldRef !== undefined) causes.push(...validateFieldReference(fieldRef, environmentFields, `${field}.fieldRef`));
  if (resourceFieldRef !== undefined) {
    const options = { containerNameIsRequired: false };
    causes.push(...validateResourceReference(resourceFieldRef, `${field}.resourceFieldRef`, options));
  }
  if (configMapKeyRef !== undefined) causes.push(...validateKeyReference(configMapKeyRef, `${field}.configMapKeyRef`));
  if (secretKeyRef !== undefined) causes.push(...validateKeyReference(secretKeyRef, `${field}.secretKeyRef`));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef];
  const count = sources.filter((source) => source !== undefined).length;
  if (count === 0) {
    const detail =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    causes.push(invalid(field, '', detail));
  } else if (value) causes.push(invalid(field, '', 'may not be specified when `value` is not empty'));
  else if (count > 1) causes.push(invalid(field, '', 'may not have more than one field specified at a time'));
  return causes;
}

/** What is wrong with a container's environment. */
export function validateEnvironment({ env = [], envFrom = [] }: Container, field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  for (const [index, variable] of env.entries()) {
    const path = `${field}.env[${index}]`;
    if (!variable.name) causes.push(required(`${path}.name`));
    else causes.push(...textCauses(environmentVariableNameProblems, variable.name, `${path}.name`));
    causes.push(...validateSource(variable, `${path}.valueFrom`));
  }
  for (const [index, { prefix, configMapRef, secretRef }] of envFrom.entries()) {
    const path = `${field}.envFrom[${index}]`;
    if (prefix) causes.push(...textCauses(environmentVariableNameProblems, prefix, `${path}.prefix`));
    for (const [name, source] of Object.entries({ configMapRef, secretRef })) {
      if (source === undefined) continue;
      if (!source.name) causes.push(required(`${path}.${name}.name`));
      else causes.push(...textCauses(dnsSubdomainProblems, source.name, `${path}.${name}.name`));
    }
    const count = [configMapRef, secretRef].filter((source) => source !== undefined).length;
    if (count === 0) causes.push(invalid(`${field}.envFrom`, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (count > 1) {
      causes.push(invalid(`${field}.envFrom`, '', 'may not have more than one field specified at a time'));
    }
  }
  return causes;
}
