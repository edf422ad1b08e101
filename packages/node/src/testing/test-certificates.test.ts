import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isPair, TestCertificateAuthority } from './test-certificates.ts';

describe('TestCertificateAuthority', () => {
  it('issues certificates that its own certificate vouches for, and no other', () => {
    const authority = new TestCertificateAuthority('one');
    const pair = authority.issue({
      commonName: 'me',
      organizations: ['system:nodes'],
      hosts: ['127.0.0.1', 'localhost'],
    });
    const certificate = new X509Certificate(pair.cert);
    const issuer = new X509Certificate(authority.cert);
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.checkIssued(issuer)).toBe(true);
    expect(issuer.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.verify(new X509Certificate(new TestCertificateAuthority('two').cert).publicKey)).toBe(false);
    expect(certificate.subject).toBe('O=system:nodes\nCN=me');
    expect(certificate.subjectAltName).toBe('IP Address:127.0.0.1, DNS:localhost');
    expect(isPair(pair)).toBe(true);
  });

  it('issues certificates for any span of time', () => {
    const notAfter = new Date(Date.UTC(2020, 0, 2, 3, 4, 5));
    const { cert } = new TestCertificateAuthority().issue({ commonName: 'old', notBefore: new Date(0), notAfter });
    expect(new X509Certificate(cert).validToDate).toEqual(notAfter);
  });
});
