import type { TableColumn } from '../../registry/definition.ts';
import { ageColumn, column, nameColumn } from '../table-columns.ts';
import type { Node } from './node-types.ts';

const rolePrefix = 'node-role.kubernetes.io/';
const legacyRoleLabel = 'kubernetes.io/role';

function statusText({ spec, status }: Node): string {
  const ready = status?.conditions?.findLast(({ type }) => type === 'Ready');
  const readiness = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable === true ? `${readiness},SchedulingDisabled` : readiness;
}

function rolesText({ metadata }: Node): string {
  const roles = Object.entries(metadata.labels ?? {}).map(([key, value]) => {
    if (key.startsWith(rolePrefix)) return key.slice(rolePrefix.length);
    return key === legacyRoleLabel ? value : '';
  });
  const known = [...new Set(roles.filter((role) => role !== ''))].sort();
  return known.length > 0 ? known.join(',') : '<none>';
}

function addressOf(node: Node, wanted: string): string {
  return node.status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>';
}

function kernelText({ status }: Node): string {
  const { kernelVersion, architecture } = status?.nodeInfo ?? {};
  return architecture ? `${kernelVersion || '<unknown>'} (${architecture})` : kernelVersion || '<unknown>';
}

/** The columns of `kubectl get nodes`. */
export const nodeColumns: readonly TableColumn[] = [
  nameColumn,
  column('Status', statusText, { description: 'Whether the node is ready and takes pods.' }),
  column('Roles', rolesText, { description: 'What the node is for.' }),
  ageColumn,
  column('Version', ({ status }: Node) => status?.nodeInfo?.['kubeletVersion'] ?? '', {
    description: 'The version that the node reports.',
  }),
  column('Internal-IP', (node: Node) => addressOf(node, 'InternalIP'), {
    description: 'The address inside the cluster.',
    wide: true,
  }),
  column('External-IP', (node: Node) => addressOf(node, 'ExternalIP'), {
    description: 'The address outside the cluster.',
    wide: true,
  }),
  column('OS-Image', ({ status }: Node) => status?.nodeInfo?.['osImage'] || '<unknown>', {
    description: 'The operating system.',
    wide: true,
  }),
  column('Kernel-Version', kernelText, { description: 'The kernel.', wide: true }),
  column('Container-Runtime', ({ status }: Node) => status?.nodeInfo?.['containerRuntimeVersion'] || '<unknown>', {
    description: 'The container runtime.',
    wide: true,
  }),
];
