/** The labels of the Kubernetes domains that a node may set on itself; besides, those of two families of domains. */
const own: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);

function isWithin(domain: string, family: string): boolean {
  return domain === family || domain.endsWith(`.${family}`);
}

function isForbidden(label: string): boolean {
  const domain = label.includes('/') ? label.slice(0, label.indexOf('/')) : '';
  if (isWithin(domain, 'node-restriction.kubernetes.io')) return true;
  if (!isWithin(domain, 'kubernetes.io') && !isWithin(domain, 'k8s.io')) return false;
  return !own.has(label) && !isWithin(domain, 'kubelet.kubernetes.io') && !isWithin(domain, 'node.kubernetes.io');
}

/** The labels that a node changed on itself and may not change, in the order of their names. */
export function forbiddenNodeLabels(
  next: Readonly<Record<string, string>> = {},
  previous: Readonly<Record<string, string>> = {},
): string[] {
  const all = [...new Set([...Object.keys(next), ...Object.keys(previous)])];
  return all.filter((label) => next[label] !== previous[label] && isForbidden(label)).sort();
}
