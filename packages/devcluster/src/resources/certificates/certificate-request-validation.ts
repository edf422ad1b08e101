import { readCertificateRequest } from '../../certificates/read-certificate-request.ts';
import type { FieldCause } from '../../registry/definition.ts';
import { deepEqual } from '../deep-equal.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../field-errors.ts';
import { type CertificateCondition, type CertificateSigningRequest, requestPem } from './certificate-request-types.ts';
import { validateSignerName } from './signer-name.ts';

const usages: readonly string[] = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

const oneWay = ['Approved', 'Denied', 'Failed'];

function requestProblem(request: CertificateSigningRequest): string | undefined {
  const pem = requestPem(request);
  if (!pem.includes('-----BEGIN CERTIFICATE REQUEST-----')) return 'PEM block type must be CERTIFICATE REQUEST';
  const read = readCertificateRequest(pem);
  if (read === undefined) return 'asn1: structure error: the data is no certificate request';
  return read.isSignedByItsKey ? undefined : 'x509: the signature of the request is not by its key';
}

function validateUsages(given: readonly string[]): FieldCause[] {
  if (given.length === 0) return [required('spec.usages')];
  return given.flatMap((usage, index) => [
    ...(usages.includes(usage) ? [] : [notSupported(`spec.usages[${index}]`, usage, usages)]),
    ...(given.indexOf(usage) === index ? [] : [duplicate(`spec.usages[${index}]`, usage)]),
  ]);
}

function validateConditions(conditions: readonly CertificateCondition[]): FieldCause[] {
  const field = 'status.conditions';
  return conditions.flatMap(({ type, status }, index) => {
    const causes: FieldCause[] = [];
    if (!type) causes.push(required(`${field}[${index}].type`));
    const allowed = oneWay.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (!status) causes.push(required(`${field}[${index}].status`));
    else if (!allowed.includes(status)) causes.push(notSupported(`${field}[${index}].status`, status, allowed));
    const before = conditions.slice(0, index).map((condition) => condition.type);
    const opposite = type === 'Approved' ? 'Denied' : 'Approved';
    if ((type === 'Approved' || type === 'Denied') && before.includes(opposite)) {
      causes.push(invalid(field, type, 'Approved and Denied conditions are mutually exclusive'));
    }
    if (before.includes(type)) causes.push(duplicate(`${field}[${index}].type`, type));
    return causes;
  });
}

/** Complaints about a request by itself. */
export function validateCertificateRequest(request: CertificateSigningRequest): FieldCause[] {
  const { spec, status } = request;
  const causes: FieldCause[] = [];
  const problem = requestProblem(request);
  if (problem !== undefined) causes.push(invalid('spec.request', spec.request, problem));
  causes.push(...validateUsages(spec.usages ?? []));
  causes.push(...validateSignerName(spec.signerName, 'spec.signerName'));
  if (spec.expirationSeconds !== undefined && spec.expirationSeconds < 600) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)';
    causes.push(invalid('spec.expirationSeconds', spec.expirationSeconds, why));
  }
  causes.push(...validateConditions(status?.conditions ?? []));
  const certificate = Buffer.from(status?.certificate ?? '', 'base64').toString();
  if (certificate !== '' && !certificate.includes('-----BEGIN CERTIFICATE-----')) {
    causes.push(invalid('status.certificate', '<certificate data>', 'must contain at least one CERTIFICATE PEM block'));
  }
  return causes;
}

function ofType({ status }: CertificateSigningRequest, type: string): CertificateCondition[] {
  return status?.conditions?.filter((condition) => condition.type === type) ?? [];
}

/** Complaints about what one of the three doors may not change. */
export function validateCertificateChange(
  next: CertificateSigningRequest,
  previous: CertificateSigningRequest,
  subresource: string,
): FieldCause[] {
  const causes: FieldCause[] = [];
  const field = 'status.conditions';
  for (const type of oneWay) {
    const [before, after] = [ofType(previous, type), ofType(next, type)];
    if (after.length < before.length) {
      causes.push(forbidden(field, `updates may not remove a condition of type ${JSON.stringify(type)}`));
    } else if (subresource !== 'approval' && type !== 'Failed') {
      const what = after.length > before.length ? 'add' : 'modify';
      if (!deepEqual(before, after)) {
        causes.push(forbidden(field, `updates may not ${what} a condition of type ${JSON.stringify(type)}`));
      }
    }
  }
  const [before = '', after = ''] = [previous.status?.certificate, next.status?.certificate];
  if (before !== after) {
    if (subresource !== 'status') {
      causes.push(forbidden('status.certificate', 'updates may not set certificate content'));
    } else if (before !== '') {
      causes.push(forbidden('status.certificate', 'updates may not modify existing certificate content'));
    }
  }
  return causes;
}
