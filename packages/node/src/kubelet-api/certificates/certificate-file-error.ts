/** A file with a certificate, a key or certificate authorities that cannot be used. The message names the file. */
export class CertificateFileError extends Error {
  override readonly name = 'CertificateFileError';
  readonly code = 'CertificateFile';
}
