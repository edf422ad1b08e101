import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Logger } from '../../provider/logger.ts';
import type { Clock } from '../../work/clock.ts';
import { CertificateFileError } from './certificate-file-error.ts';
import { followFiles, readFiles } from './follow-files.ts';
import type { ServingCertificate, ServingCertificateSource } from './serving-certificate.ts';

export interface CertificateFilesOptions {
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A certificate and its key in files that somebody else renews. Two that do not belong together leave the pair before them. */
export function certificateFiles(options: CertificateFilesOptions): ServingCertificateSource {
  const { certificateFile, privateKeyFile, clock, log } = options;
  const paths = [certificateFile, privateKeyFile];
  let known: readonly string[] = [];
  return {
    async open() {
      try {
        known = await readFiles(paths);
      } catch (cause) {
        throw new CertificateFileError(`cannot read the serving certificate: ${messageOf(cause)}`, { cause });
      }
      return pairOf(known, options);
    },
    follow: (onChange, signal) =>
      followFiles(
        {
          paths,
          clock,
          known,
          onChange: (contents) => {
            try {
              onChange(pairOf(contents, options));
              log.info('The serving certificate was read anew', { certificateFile });
            } catch (error) {
              log.error('The files of the serving certificate changed and cannot be used: the one before stays', {
                error,
              });
            }
          },
          onProblem: (error) =>
            log.error('The files of the serving certificate cannot be read: the one before stays', { error }),
        },
        signal,
      ),
  };
}

/** @throws CertificateFileError for a file that is no PEM, and for two that do not belong together. */
function pairOf(
  [certificate = '', privateKey = '']: readonly string[],
  { certificateFile, privateKeyFile }: CertificateFilesOptions,
): ServingCertificate {
  let matches: boolean;
  try {
    matches = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
  } catch (cause) {
    // What OpenSSL says of a key that it cannot read holds none of it.
    throw new CertificateFileError(
      `${certificateFile} and ${privateKeyFile} are not a certificate and its key in PEM`,
      {
        cause,
      },
    );
  }
  if (!matches)
    throw new CertificateFileError(`the key in ${privateKeyFile} is not that of the certificate in ${certificateFile}`);
  return { certificate, privateKey };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
