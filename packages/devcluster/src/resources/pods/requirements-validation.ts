import type { FieldCause } from '../../registry/definition.ts';
import { forbidden, invalid, required } from '../field-errors.ts';
import { textCauses } from '../field-paths.ts';
import { qualifiedNameProblems } from '../names.ts';
import { parseQuantity } from '../quantity.ts';
import { validateResourceAmount } from '../resource-validation.ts';
import type { ResourceRequirements } from './pod-types.ts';

const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage']);

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** Whether a container may use more of the resource than it requests. Devices and huge pages are handed out whole. */
function mayBeOvercommitted(name: string): boolean {
  return !isHugePages(name) && (!name.includes('/') || name.includes('kubernetes.io/'));
}

function validateName(name: string, field: string): FieldCause[] {
  const causes = textCauses(qualifiedNameProblems, name, field);
  if (causes.length > 0 || name.includes('/') || containerResources.has(name) || isHugePages(name)) return causes;
  return [
    invalid(field, name, 'must be a standard resource type or fully qualified'),
    invalid(field, name, 'must be a standard resource for containers'),
  ];
}

/** What is wrong with what a container needs and may use: each request must stay within its limit. */
export function validateRequirements(
  { limits = {}, requests = {} }: ResourceRequirements,
  field: string,
): FieldCause[] {
  const causes: FieldCause[] = [];
  for (const [list, amounts] of Object.entries({ limits, requests })) {
    for (const [name, amount] of Object.entries(amounts)) {
      const path = `${field}.${list}[${name}]`;
      causes.push(...validateName(name, path), ...validateResourceAmount(name, amount, path));
      if (list === 'limits') continue;
      const limit = limits[name];
      if (limit === undefined) {
        if (!mayBeOvercommitted(name)) {
          causes.push(required(`${field}.limits`, 'Limit must be set for non overcommitable resources'));
        }
        continue;
      }
      const difference = parseQuantity(amount).nano - parseQuantity(limit).nano;
      if (difference !== 0n && !mayBeOvercommitted(name)) {
        causes.push(invalid(`${field}.requests`, amount, `must be equal to ${name} limit of ${limit}`));
      } else if (difference > 0n) {
        causes.push(invalid(`${field}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`));
      }
    }
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    causes.push(forbidden(field, 'HugePages require cpu or memory'));
  }
  return causes;
}
