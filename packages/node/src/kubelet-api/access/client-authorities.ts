import { X509Certificate } from 'node:crypto';

/** Where the certificate authorities for clients come from, and how they are kept fresh. */
export interface ClientAuthorities {
  /** The PEM bundle at the start; undefined where there is none, so that no client certificate is accepted. It says so itself. */
  open(signal: AbortSignal): Promise<string | undefined>;
  /** Tells of every other bundle until the signal is aborted. Call `open` first. */
  follow(onChange: (bundle: string | undefined) => void, signal: AbortSignal): Promise<void>;
}

/** The certificates of a bundle, one PEM text each. @throws when there is none, or one that cannot be read. */
export function certificatesOf(bundle: string): string[] {
  const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new RangeError('there is no certificate in it');
  for (const block of blocks) new X509Certificate(block).toString();
  return blocks;
}
