import type { Logger } from '../../provider/logger.ts';
import type { Clock } from '../../work/clock.ts';
import { CertificateFileError } from '../certificates/certificate-file-error.ts';
import { followFiles, readFiles } from '../certificates/follow-files.ts';
import { certificatesOf, type ClientAuthorities } from './client-authorities.ts';

/** The client CA in a file, as the API server's `--client-ca-file`. A change that cannot be used leaves what was there. */
export function clientAuthoritiesFile(options: {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
}): ClientAuthorities {
  const { path, clock, log } = options;
  let known = '';
  return {
    async open() {
      try {
        [known = ''] = await readFiles([path]);
        certificatesOf(known);
      } catch (cause) {
        throw new CertificateFileError(`the client CA in ${path} cannot be used`, { cause });
      }
      return known;
    },
    follow: (onChange, signal) =>
      followFiles(
        {
          paths: [path],
          clock,
          known: [known],
          onChange: ([bundle = '']) => {
            try {
              certificatesOf(bundle);
            } catch (error) {
              log.error('The file with the client CA changed and cannot be used: what it held before stays', {
                path,
                error,
              });
              return;
            }
            log.info('The client CA was read anew', { path });
            onChange(bundle);
          },
          onProblem: (error) =>
            log.error('The file with the client CA cannot be read: what it held before stays', { path, error }),
        },
        signal,
      ),
  };
}
