import { formatTime } from '../../clock.ts';
import type { KubeObject, ResourceDefinition, StrategyContext } from '../../registry/definition.ts';
import { deepEqual } from '../deep-equal.ts';
import { humanDuration } from '../human-duration.ts';
import { objectStrategy } from '../object-strategy.ts';
import { ageColumn, column, nameColumn } from '../table-columns.ts';
import { admitForSigner, admitSubject } from './certificate-admission.ts';
import { type CertificateSigningRequest, hasCondition } from './certificate-request-types.ts';
import { validateCertificateChange, validateCertificateRequest } from './certificate-request-validation.ts';

function prepareForCreate(object: KubeObject, { user }: StrategyContext): void {
  const request = object as CertificateSigningRequest;
  admitSubject(request);
  const { request: pem, signerName, expirationSeconds, usages } = request.spec;
  request.spec = {
    request: pem,
    signerName,
    ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
    ...(usages === undefined ? {} : { usages }),
    username: user.name,
    ...(user.uid === undefined ? {} : { uid: user.uid }),
    groups: [...user.groups],
    ...(user.extra === undefined ? {} : { extra: copyExtra(user.extra) }),
  };
  request.status = {};
}

function copyExtra(extra: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]));
}

/** Fills the times that a client may leave out. */
function stampConditions(next: CertificateSigningRequest, previous: CertificateSigningRequest, now: string): void {
  for (const condition of next.status?.conditions ?? []) {
    condition.lastUpdateTime ??= now;
    const before = previous.status?.conditions?.find(
      ({ type, status }) => type === condition.type && status === condition.status,
    );
    condition.lastTransitionTime ??= before?.lastTransitionTime ?? now;
  }
}

function prepareForUpdate(object: KubeObject, old: KubeObject, subresource: string, context: StrategyContext): void {
  const next = object as CertificateSigningRequest;
  const previous = old as CertificateSigningRequest;
  const before = previous.status ?? {};
  next.spec = previous.spec;
  if (subresource === '') {
    next.status = before;
    return;
  }
  const now = formatTime(context.now());
  if (subresource === 'approval') {
    stampConditions(next, previous, now);
    const { conditions } = next.status ?? {};
    const { conditions: _before, ...rest } = before;
    next.status = conditions === undefined ? rest : { ...rest, conditions };
    if (!deepEqual(conditions, before.conditions)) admitForSigner(context, 'approve', previous.spec.signerName);
    return;
  }
  // What was approved stays as it was, times and all, where the client sends it back.
  const kept = next.status?.conditions?.map((condition) =>
    condition.type === 'Approved' || condition.type === 'Denied'
      ? (before.conditions?.find(({ type }) => type === condition.type) ?? condition)
      : condition,
  );
  if (kept !== undefined) next.status = { ...next.status, conditions: kept.map((condition) => ({ ...condition })) };
  stampConditions(next, previous, now);
  if (!deepEqual(next.status, before)) admitForSigner(context, 'sign', previous.spec.signerName);
}

function state(request: CertificateSigningRequest): string {
  const decision = hasCondition(request, 'Denied')
    ? 'Denied'
    : hasCondition(request, 'Approved')
      ? 'Approved'
      : 'Pending';
  const failed = hasCondition(request, 'Failed') ? ',Failed' : '';
  return `${decision}${failed}${request.status?.certificate ? ',Issued' : ''}`;
}

function requestedDuration({ spec }: CertificateSigningRequest): string {
  return spec.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1000);
}

/** CertificateSigningRequests. */
export const certificateSigningRequests: ResourceDefinition = {
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  categories: [],
  namespaced: false,
  subresources: ['approval', 'status'],
  selectableFields: { 'spec.signerName': (object) => (object as CertificateSigningRequest).spec.signerName },
  columns: [
    nameColumn,
    ageColumn,
    column('SignerName', ({ spec }: CertificateSigningRequest) => spec.signerName, { description: 'Who is to sign.' }),
    column('Requestor', ({ spec }: CertificateSigningRequest) => spec.username ?? '', { description: 'Who asks.' }),
    column('RequestedDuration', requestedDuration, { description: 'How long the certificate is to be good.' }),
    column('Condition', state, { description: 'What has become of the request.' }),
  ],
  strategy: {
    ...objectStrategy(
      { namespaced: false, nameProblems: () => [] },
      {
        prepareForCreate,
        prepareForUpdate,
        validate: (object) => validateCertificateRequest(object as CertificateSigningRequest),
        validateChange: (next, previous, subresource) => [
          ...(subresource === '' ? [] : validateCertificateRequest(next as CertificateSigningRequest)),
          ...validateCertificateChange(
            next as CertificateSigningRequest,
            previous as CertificateSigningRequest,
            subresource,
          ),
        ],
      },
    ),
  },
};
