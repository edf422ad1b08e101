import { isIP } from 'node:net';
import type { FieldCause } from '../../registry/definition.ts';
import { forbidden, invalid } from '../field-errors.ts';
import { textCauses } from '../field-paths.ts';
import { immutableMessage } from '../metadata-validation.ts';
import { dnsSubdomainProblems, qualifiedNameProblems } from '../names.ts';
import type { Container, ContainerStatus, Pod, PodStatus } from './pod-types.ts';

const ownConditions = new Set(['PodScheduled', 'Ready', 'Initialized']);

function validateConditions({ conditions = [] }: PodStatus): FieldCause[] {
  return conditions.flatMap(({ type, observedGeneration = 0 }, index) => {
    const field = `status.conditions[${index}]`;
    const causes: FieldCause[] = [];
    if (observedGeneration < 0) {
      const detail = 'must be a non-negative integer';
      causes.push(invalid(`${field}.observedGeneration`, observedGeneration, detail));
    }
    if (!ownConditions.has(type)) causes.push(...textCauses(qualifiedNameProblems, type ?? '', `${field}.Type`));
    return causes;
  });
}

function mayRestart(container: Container, podPolicy: string | undefined, exitCode: number): boolean {
  if (container.restartPolicyRules?.length) return true;
  const policy = container.restartPolicy ?? podPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

function validateTransitions(
  next: readonly ContainerStatus[] = [],
  previous: readonly ContainerStatus[] = [],
  containers: readonly Container[] = [],
  options: { field: string; restartPolicy: string | undefined },
): FieldCause[] {
  return previous.flatMap(({ name, state }, index) => {
    if (state?.terminated === undefined) return [];
    const after = next.find((status) => status.name === name);
    if (after === undefined || after.state?.terminated !== undefined) return [];
    const container = containers.find((candidate) => candidate.name === name);
    const exitCode = state.terminated.exitCode ?? 0;
    if (container !== undefined && mayRestart(container, options.restartPolicy, exitCode)) return [];
    return [forbidden(`${options.field}[${index}].state`, 'may not be transitioned to non-terminated state')];
  });
}

function validateAddresses(next: PodStatus, list: 'podIPs' | 'hostIPs'): FieldCause[] {
  const addresses = (next[list] ?? []).map(({ ip }) => ip);
  const causes = addresses.flatMap((ip, index) =>
    isIP(ip) === 0
      ? [invalid(`status.${list}[${index}]`, ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
      : [],
  );
  const families = new Set(addresses.map(isIP));
  if (causes.length === 0 && addresses.length > 1) {
    if (addresses.length > 2 || families.size < 2) {
      const detail = 'may specify no more than one IP for each IP family';
      const printed = addresses.map((ip) => ({ IP: ip }));
      causes.push(invalid(`status.${list}`, printed, detail));
    }
  }
  return causes;
}

/** What is wrong with a change of a pod's status. */
export function validatePodStatusChange(next: Pod, previous: Pod): FieldCause[] {
  const status = next.status ?? {};
  const before = previous.status ?? {};
  const { spec } = previous;
  const causes = validateConditions(status);
  const nominated = status.nominatedNodeName;
  if (nominated && nominated !== before.nominatedNodeName) {
    causes.push(...textCauses(dnsSubdomainProblems, nominated, 'status.nominatedNodeName'));
    if (spec.nodeName) {
      const detail = 'may not be set on pods that are already bound to a node';
      causes.push(forbidden('status.nominatedNodeName', detail));
    }
  }
  if ((status.observedGeneration ?? 0) < 0) {
    causes.push(invalid('status.observedGeneration', status.observedGeneration, 'must be a non-negative integer'));
  }
  if ((status.qosClass ?? '') !== (before.qosClass ?? '')) {
    causes.push(invalid('status.qosClass', status.qosClass ?? '', immutableMessage));
  }
  const { restartPolicy } = spec;
  causes.push(
    ...validateTransitions(status.containerStatuses, before.containerStatuses, spec.containers, {
      field: 'status.containerStatuses',
      restartPolicy,
    }),
    ...validateTransitions(status.initContainerStatuses, before.initContainerStatuses, spec.initContainers, {
      field: 'status.initContainerStatuses',
      restartPolicy,
    }),
  );
  causes.push(...validateAddresses(status, 'podIPs'));
  const firstHost = status.hostIPs?.[0]?.ip;
  if (firstHost !== undefined && firstHost !== (status.hostIP ?? '')) {
    causes.push(invalid('status.hostIPs[0].ip', firstHost, 'must be equal to `hostIP`'));
  }
  return [...causes, ...validateAddresses(status, 'hostIPs')];
}
