import { authorize } from '../../authorization/authorize.ts';
import { readCertificateRequest } from '../../certificates/read-certificate-request.ts';
import { clientSigner } from '../../certificates/signers.ts';
import type { StrategyContext } from '../../registry/definition.ts';
import { AdmissionForbiddenError } from '../admission-forbidden-error.ts';
import { type CertificateSigningRequest, requestPem } from './certificate-request-types.ts';

/**
 * Nobody becomes `system:masters` by a certificate that they ask for.
 *
 * @throws AdmissionForbiddenError
 */
export function admitSubject(request: CertificateSigningRequest): void {
  if (request.spec.signerName !== clientSigner) return;
  const read = readCertificateRequest(requestPem(request));
  if (read?.organizations.includes('system:masters') !== true) return;
  throw new AdmissionForbiddenError(`use of ${clientSigner} signer with system:masters group is not allowed`);
}

/**
 * Approving and signing need the right to do so for the signer: `approve` or `sign` on `signers`.
 *
 * @throws AdmissionForbiddenError
 */
export function admitForSigner(context: StrategyContext, verb: 'approve' | 'sign', signerName: string): void {
  const domain = signerName.split('/')[0] ?? '';
  const access = {
    kind: 'resource',
    verb,
    group: 'certificates.k8s.io',
    version: '*',
    resource: 'signers',
    subresource: '',
    namespace: '',
    fields: new Map<string, string>(),
  } as const;
  const isAllowed = [signerName, `${domain}/*`].some(
    (name) => authorize(context, context.user, { ...access, name }).allowed,
  );
  if (isAllowed) return;
  throw new AdmissionForbiddenError(
    `user not permitted to ${verb} requests with signerName ${JSON.stringify(signerName)}`,
  );
}
