/** A request for a certificate that came to nothing: denied, failed, or deleted before it was signed. */
export class CertificateRefusedError extends Error {
  override readonly name = 'CertificateRefusedError';
  readonly code = 'CertificateRefused';

  constructor(request: string, how: string) {
    super(`the certificate signing request "${request}" was ${how}`);
  }
}
