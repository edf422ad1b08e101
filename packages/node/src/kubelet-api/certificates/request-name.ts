import { createHash } from 'node:crypto';

const longestName = 240;

/** The name of a node's certificate signing requests: one for each purpose, so that a role can name them. */
export function requestName(purpose: 'serving' | 'client', nodeName: string): string {
  const name = `virtual-kubelet-${purpose}-${nodeName}`;
  if (name.length <= longestName) return name;
  return `virtual-kubelet-${purpose}-${createHash('sha256').update(nodeName).digest('hex').slice(0, 32)}`;
}
