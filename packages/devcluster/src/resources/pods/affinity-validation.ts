import type { FieldCause } from '../../registry/definition.ts';
import { forbidden, invalid, required } from '../field-errors.ts';
import { textCauses } from '../field-paths.ts';
import { dnsSubdomainProblems, labelValueProblems, qualifiedNameProblems } from '../names.ts';
import type { NodeAffinity, NodeSelectorRequirement, NodeSelectorTerm } from './pod-types.ts';

function validateOperator({ operator, values = [] }: NodeSelectorRequirement, field: string): FieldCause[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return [];
      return [required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) return [];
      return [forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case 'Gt':
    case 'Lt':
      if (values.length === 1) return [];
      return [required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalid(`${field}.operator`, operator ?? '', 'not a valid selector operator')];
  }
}

function validateLabelRequirement(
  requirement: NodeSelectorRequirement,
  field: string,
  options: { valuesAreChecked: boolean },
): FieldCause[] {
  const causes = validateOperator(requirement, field);
  causes.push(...textCauses(qualifiedNameProblems, requirement.key ?? '', `${field}.key`));
  if (!options.valuesAreChecked) return causes;
  const values = requirement.values ?? [];
  return [
    ...causes,
    ...values.flatMap((value, index) => textCauses(labelValueProblems, value, `${field}.values[${index}]`)),
  ];
}

function validateFieldRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  field: string,
): FieldCause[] {
  const causes: FieldCause[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    causes.push(invalid(`${field}.operator`, operator ?? '', 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    causes.push(required(`${field}.values`, detail));
  }
  if (key !== 'metadata.name') causes.push(invalid(`${field}.key`, key ?? '', 'not a valid field selector key'));
  else
    causes.push(
      ...values.flatMap((value, index) => textCauses(dnsSubdomainProblems, value, `${field}.values[${index}]`)),
    );
  return causes;
}

function validateTerm(term: NodeSelectorTerm, field: string, options: { valuesAreChecked: boolean }): FieldCause[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((requirement, index) =>
      validateLabelRequirement(requirement, `${field}.matchExpressions[${index}]`, options),
    ),
    ...(term.matchFields ?? []).flatMap((requirement, index) =>
      validateFieldRequirement(requirement, `${field}.matchFields[${index}]`),
    ),
  ];
}

/** What is wrong with the nodes that a pod must or would like to run on. */
export function validateNodeAffinity(affinity: NodeAffinity | undefined, field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  const must = affinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (must !== undefined) {
    const path = `${field}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    const terms = must.nodeSelectorTerms ?? [];
    if (terms.length === 0) causes.push(required(path, 'must have at least one node selector term'));
    causes.push(...terms.flatMap((term, index) => validateTerm(term, `${path}[${index}]`, { valuesAreChecked: true })));
  }
  for (const [index, { weight, preference }] of (
    affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  ).entries()) {
    const path = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
    if (!(weight > 0 && weight <= 100))
      causes.push(invalid(`${path}.weight`, weight ?? 0, 'must be in the range 1-100'));
    causes.push(...validateTerm(preference ?? {}, `${path}.preference`, { valuesAreChecked: false }));
  }
  return causes;
}
