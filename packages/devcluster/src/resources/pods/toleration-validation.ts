import type { FieldCause } from '../../registry/definition.ts';
import { invalid, notSupported } from '../field-errors.ts';
import { textCauses } from '../field-paths.ts';
import { labelValueProblems, qualifiedNameProblems } from '../names.ts';
import type { Toleration } from './pod-types.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateValue({ operator = '', value = '' }: Toleration, field: string): FieldCause[] {
  if (operator === '' || operator === 'Equal') {
    const problems = labelValueProblems(value);
    return problems.length > 0 ? [invalid(`${field}.operator`, value, problems.join(';'))] : [];
  }
  if (operator === 'Exists') {
    return value === '' ? [] : [invalid(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'")];
  }
  const known = operator === 'Lt' || operator === 'Gt' ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists'];
  return [notSupported(`${field}.operator`, operator, known)];
}

/** What is wrong with a pod's tolerations. */
export function validateTolerations(tolerations: readonly Toleration[] = [], field: string): FieldCause[] {
  return tolerations.flatMap((toleration, index) => {
    const path = `${field}[${index}]`;
    const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
    const causes: FieldCause[] = [];
    if (key !== '') causes.push(...textCauses(qualifiedNameProblems, key, `${path}.key`));
    else if (operator !== 'Exists') {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      causes.push(invalid(`${path}.operator`, operator, detail));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      causes.push(invalid(`${path}.effect`, effect, detail));
    }
    causes.push(...validateValue(toleration, path));
    if (effect !== '' && !effects.includes(effect)) causes.push(notSupported(`${path}.effect`, effect, effects));
    return causes;
  });
}
