import type { FieldCause } from '../registry/definition.ts';
import { invalid } from './field-errors.ts';
import { isWhole, parseQuantity } from './quantity.ts';

const wholeNumberResources = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);

/** Whether the name belongs to a device plugin or the like: `vendor.example/thing`, outside `kubernetes.io`. */
export function isExtendedResource(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');
}

/** What is wrong with one amount of a list of resources. */
export function validateResourceAmount(name: string, amount: string, field: string): FieldCause[] {
  const quantity = parseQuantity(amount);
  const causes: FieldCause[] = [];
  if (quantity.nano < 0n) causes.push(invalid(field, amount, 'must be greater than or equal to 0'));
  if ((wholeNumberResources.has(name) || isExtendedResource(name)) && !isWhole(quantity)) {
    causes.push(invalid(field, amount, 'must be an integer'));
  }
  return causes;
}
