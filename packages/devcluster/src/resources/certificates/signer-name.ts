import type { FieldCause } from '../../registry/definition.ts';
import { invalid, required } from '../field-errors.ts';
import { dnsLabelProblems, dnsSubdomainProblems, type TextRule } from '../names.ts';

function labelCauses(text: string, rule: TextRule, field: string): FieldCause[] {
  for (const label of text.split('.')) {
    const problems = rule(label);
    if (problems.length === 0) continue;
    return problems.map((problem) => invalid(field, text, `validating label ${JSON.stringify(label)}: ${problem}`));
  }
  return [];
}

/** Complaints about the name of a signer: a domain, a slash and a name, as in `example.com/signer`. */
export function validateSignerName(name: string, field: string): FieldCause[] {
  if (!name) return [required(field)];
  if (name === 'kubernetes.io/legacy-unknown') {
    return [invalid(field, name, 'the legacy signerName is not allowed via this API version')];
  }
  const [domain = '', path = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0) {
    const why = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(field, name, why)];
  }
  return [
    ...labelCauses(domain, dnsLabelProblems, field),
    ...(domain.includes('.')
      ? []
      : [invalid(field, domain, 'should be a domain with at least two segments separated by dots')]),
    ...labelCauses(path, dnsSubdomainProblems, field),
  ];
}
