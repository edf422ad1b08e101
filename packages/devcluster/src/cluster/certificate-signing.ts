import type { CertificateAuthority } from '../certificates/certificate-authority.ts';
import { type ReadCertificateRequest, readCertificateRequest } from '../certificates/read-certificate-request.ts';
import { signerProblem } from '../certificates/signers.ts';
import { type CertificateSigningRequest, requestPem } from '../resources/certificates/certificate-request-types.ts';

const daySeconds = 24 * 60 * 60;
const longestSeconds = 365 * daySeconds;
const shortestSeconds = 600;

function sign(
  authority: CertificateAuthority,
  { spec }: CertificateSigningRequest,
  read: ReadCertificateRequest,
  now: number,
): Promise<string> {
  const usages = spec.usages ?? [];
  const seconds = Math.min(Math.max(spec.expirationSeconds ?? longestSeconds, shortestSeconds), longestSeconds);
  return authority.sign(read.publicKey, {
    commonName: read.commonName,
    organizations: read.organizations,
    usages: [
      ...(usages.includes('client auth') ? (['client'] as const) : []),
      ...(usages.includes('server auth') ? (['server'] as const) : []),
    ],
    keyEncipherment: usages.includes('key encipherment'),
    dnsNames: read.dnsNames,
    ipAddresses: read.ipAddresses,
    days: seconds / daySeconds,
    now,
  });
}

/** What a signer makes of an approved request: a certificate as PEM, or why there is none; undefined when it is not its own. */
export async function signRequest(
  authority: () => Promise<CertificateAuthority>,
  request: CertificateSigningRequest,
  now: number,
): Promise<{ certificate: string } | { problem: string } | undefined> {
  const { signerName, usages = [] } = request.spec;
  const read = readCertificateRequest(requestPem(request));
  if (read === undefined) return undefined;
  const judged = signerProblem(signerName, read, usages);
  if ('unknown' in judged) return undefined;
  if (judged.problem !== undefined) return { problem: judged.problem };
  return { certificate: await sign(await authority(), request, read, now) };
}
