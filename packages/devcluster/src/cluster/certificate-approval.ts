import { nodeIdentity } from '../authorization/node-identity.ts';
import { authorize } from '../authorization/authorize.ts';
import type { PolicyReader } from '../authorization/access.ts';
import { readCertificateRequest } from '../certificates/read-certificate-request.ts';
import { kubeletClientSigner, kubeletServingSigner, signerProblem } from '../certificates/signers.ts';
import type { UserInfo } from '../registry/registry.ts';
import { type CertificateSigningRequest, requestPem } from '../resources/certificates/certificate-request-types.ts';

function requestor({ spec }: CertificateSigningRequest): UserInfo {
  return { name: spec.username ?? '', groups: spec.groups ?? [] };
}

function mayCreate(reader: PolicyReader, user: UserInfo, subresource: string): boolean {
  const access = { kind: 'resource', verb: 'create', version: '*', namespace: '', name: '' } as const;
  const group = 'certificates.k8s.io';
  const resource = 'certificatesigningrequests';
  return authorize(reader, user, { ...access, group, resource, subresource, fields: new Map() }).allowed;
}

/**
 * Why a request is to be approved without anybody's doing, or undefined when somebody has to. A client certificate of a
 * node is approved for those who may have it by their roles, as kube-controller-manager does it. With `forNodes`, which
 * is a development cluster's own, a node gets its client and its serving certificates too, and so does whoever may do
 * everything, or bootstraps a node.
 */
export function approvalOf(
  reader: PolicyReader,
  request: CertificateSigningRequest,
  options: { forNodes: boolean },
): string | undefined {
  const { signerName, usages = [] } = request.spec;
  if (signerName !== kubeletClientSigner && signerName !== kubeletServingSigner) return undefined;
  const read = readCertificateRequest(requestPem(request));
  if (read === undefined) return undefined;
  const judged = signerProblem(signerName, read, usages);
  if ('unknown' in judged || judged.problem !== undefined) return undefined;
  const user = requestor(request);
  const isSelf = user.name === read.commonName;
  if (signerName === kubeletClientSigner) {
    if (isSelf && mayCreate(reader, user, 'selfnodeclient')) {
      return 'Auto approving self kubelet client certificate after SubjectAccessReview.';
    }
    if (mayCreate(reader, user, 'nodeclient')) {
      return 'Auto approving kubelet client certificate after SubjectAccessReview.';
    }
  }
  const isNode = isSelf && Boolean(nodeIdentity(user));
  const isTrusted = user.groups.includes('system:masters') || user.groups.includes('system:bootstrappers');
  if (!options.forNodes || !(isNode || isTrusted)) return undefined;
  return `Auto approving ${signerName === kubeletServingSigner ? 'kubelet serving' : 'kubelet client'} certificate of a development cluster.`;
}
