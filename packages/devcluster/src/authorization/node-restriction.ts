import { readCertificateRequest } from '../certificates/read-certificate-request.ts';
import { kubeletClientSigner, kubeletServingSigner } from '../certificates/signers.ts';
import type { KubeObject } from '../registry/definition.ts';
import type { UserInfo } from '../registry/registry.ts';
import { AdmissionForbiddenError } from '../resources/admission-forbidden-error.ts';
import { type CertificateSigningRequest, requestPem } from '../resources/certificates/certificate-request-types.ts';
import { deepEqual } from '../resources/deep-equal.ts';
import type { Node } from '../resources/nodes/node-types.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import type { PolicyReader } from './access.ts';
import { mirrorPodProblem } from './mirror-pod.ts';
import { nodeIdentity } from './node-identity.ts';
import { forbiddenNodeLabels } from './node-labels.ts';

/** A change that somebody makes. */
export interface Write {
  operation: 'CREATE' | 'UPDATE' | 'DELETE';
  /** Qualified by the group, unless it is the core group: `leases.coordination.k8s.io`. */
  resource: string;
  subresource: string;
  name: string;
  /** What is to be stored. */
  object?: KubeObject;
  /** What is stored. */
  previous?: KubeObject;
}

type Rule = (write: Write, node: string, reader: PolicyReader) => string | undefined;

const quoted = JSON.stringify;

function podStatusProblem(next: Pod, before: Pod, node: string): string | undefined {
  if (!deepEqual(next.metadata.labels, before.metadata.labels)) {
    return `node ${quoted(node)} cannot update labels through pod status`;
  }
  // By its claims a pod is given devices: they are the scheduler's to tell.
  if (!deepEqual(next.status?.resourceClaimStatuses ?? [], before.status?.resourceClaimStatuses ?? [])) {
    return `node ${quoted(node)} cannot update resource claim statues`;
  }
  if (!deepEqual(next.status?.extendedResourceClaimStatus, before.status?.extendedResourceClaimStatus)) {
    return `node ${quoted(node)} cannot update extended resource claim status`;
  }
  return undefined;
}

function podProblem(write: Write, node: string, reader: PolicyReader): string | undefined {
  const { operation, subresource, object, previous } = write;
  const where = (previous as Pod | undefined)?.spec.nodeName;
  switch (subresource) {
    case '':
      if (operation === 'CREATE') return mirrorPodProblem(object as Pod, node, reader);
      if (operation === 'UPDATE') {
        return `unexpected operation "UPDATE", node ${quoted(node)} can only create and delete mirror pods`;
      }
      return where === node ? undefined : `node ${quoted(node)} can only delete pods with spec.nodeName set to itself`;
    case 'status':
      if (where !== node) {
        return `node ${quoted(node)} can only update pod status for pods with spec.nodeName set to itself`;
      }
      return podStatusProblem(object as Pod, previous as Pod, node);
    case 'eviction':
      return where === node ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`;
    default:
      return `unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`;
  }
}

function nodeProblem({ operation, name, object, previous }: Write, node: string): string | undefined {
  if (name !== node) return `node ${quoted(node)} is not allowed to modify node ${quoted(name)}`;
  if (operation === 'DELETE') return undefined;
  const [next, before] = [object as Node | undefined, previous as Node | undefined];
  const labels = forbiddenNodeLabels(next?.metadata.labels, before?.metadata.labels);
  if (operation === 'CREATE') {
    if (labels.length === 0) return undefined;
    return `node ${quoted(node)} is not allowed to set the following labels: ${labels.join(', ')}`;
  }
  if (!deepEqual(next?.spec?.taints, before?.spec?.taints)) {
    return `node ${quoted(node)} is not allowed to modify taints`;
  }
  if (!deepEqual(next?.metadata.ownerReferences, before?.metadata.ownerReferences)) {
    return `node ${quoted(node)} is not allowed to modify ownerReferences`;
  }
  return labels.length === 0 ? undefined : `is not allowed to modify labels: ${labels.join(', ')}`;
}

function leaseProblem({ name }: Write, node: string): string | undefined {
  return name === node ? undefined : 'can only access node lease with the same name as the requesting node';
}

function claimProblem({ subresource }: Write): string | undefined {
  return subresource === 'status' ? undefined : 'may only update PVC status';
}

function certificateProblem({ operation, object }: Write, node: string): string | undefined {
  if (operation !== 'CREATE') return undefined;
  const request = object as CertificateSigningRequest;
  const { signerName } = request.spec;
  if (signerName !== kubeletServingSigner && signerName !== kubeletClientSigner) return undefined;
  const read = readCertificateRequest(requestPem(request));
  if (read === undefined) return 'unable to parse csr: PEM block type must be CERTIFICATE REQUEST';
  const wanted = `system:node:${node}`;
  return read.commonName === wanted ? undefined : `can only create a node CSR with CN=${wanted}`;
}

const rules: Readonly<Record<string, Rule>> = {
  pods: podProblem,
  nodes: nodeProblem,
  'leases.coordination.k8s.io': leaseProblem,
  persistentvolumeclaims: claimProblem,
  'certificatesigningrequests.certificates.k8s.io': certificateProblem,
};

/**
 * What the NodeRestriction admission does: a user that is a node changes only its own Node, its own lease and the pods
 * that are bound to it, and asks only for its own certificates. Everybody else is let through.
 *
 * @throws AdmissionForbiddenError
 */
export function admitNodeWrite(user: UserInfo, reader: PolicyReader, write: Write): void {
  const node = nodeIdentity(user);
  if (node === undefined) return;
  const problem = rules[write.resource]?.(write, node, reader);
  if (problem !== undefined) throw new AdmissionForbiddenError(problem);
}
