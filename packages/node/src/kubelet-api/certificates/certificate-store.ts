import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ServingCertificate } from './serving-certificate.ts';

/** One certificate with its key in one file, as the kubelet keeps its own, so that they are replaced together. */
export interface CertificateStore {
  readonly path: string;
  /** Undefined when there is none, or none that can be used. */
  read(): Promise<ServingCertificate | undefined>;
  write(certificate: ServingCertificate): Promise<void>;
}

/** A file in a directory that is made when it is needed. Only its owner can read it. */
export function certificateStore(directory: string, fileName: string): CertificateStore {
  const path = join(directory, fileName);
  return {
    path,
    async read() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
      const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END [A-Z ]*PRIVATE KEY-----\n?/.exec(text)?.[0];
      const certificate = (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g) ?? []).join('');
      return privateKey !== undefined && belongTogether(certificate, privateKey)
        ? { certificate, privateKey }
        : undefined;
    },
    async write({ certificate, privateKey }) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(`${path}.new`, `${certificate.trimEnd()}\n${privateKey}`, { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
  };
}

function belongTogether(certificate: string, privateKey: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
  } catch {
    return false; // Not written by this program, or cut short: as if it were not there.
  }
}
