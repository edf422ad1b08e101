import { X509Certificate } from 'node:crypto';
import type { Logger } from '../../provider/logger.ts';
import { Backoff, type BackoffOptions } from '../../work/backoff.ts';
import type { Clock } from '../../work/clock.ts';
import type { CertificateStore } from './certificate-store.ts';
import { rotationTime } from './rotation-time.ts';
import type { ServingCertificate } from './serving-certificate.ts';

export interface CertificateRotationOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** Where the certificate outlives the process; without one it is asked for anew at every start. */
  readonly store?: CertificateStore | undefined;
  /** Whether there is anything to ask for, and whether a certificate is still for that. */
  readonly isWanted: () => boolean;
  readonly suits: (certificate: X509Certificate) => boolean;
  /** Has a new one made and signed. Its signal is aborted too when what is wanted has changed. */
  readonly obtain: (signal: AbortSignal) => Promise<ServingCertificate>;
  /** What is asked for, in a form that can be compared: a request that waits is given up when it changes. */
  readonly wanted: () => string;
}

/** How often it is looked whether what is wanted has changed, as with the kubelet. */
const checkMilliseconds = 15_000;
const retry: BackoffOptions = {
  initialMilliseconds: 2_000,
  maximumMilliseconds: 300_000,
  factor: 2,
  jitter: 0.2,
  resetAfterMilliseconds: 900_000,
};

/** The stored certificate, when it can still be used. */
export async function storedCertificate(
  options: Pick<CertificateRotationOptions, 'store' | 'clock' | 'suits'>,
): Promise<ServingCertificate | undefined> {
  const stored = await options.store?.read();
  return stored !== undefined && isGood(stored, options) ? stored : undefined;
}

/** Keeps a certificate: asks for one when there is none, when it grows old, and when something else is wanted. */
export async function rotateCertificate(
  options: CertificateRotationOptions,
  first: ServingCertificate | undefined,
  onChange: (certificate: ServingCertificate) => void,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, random, store } = options;
  const backoff = new Backoff(retry, clock, random);
  let current = first;
  let rotateAt = current === undefined ? 0 : rotationTime(current.certificate, random);
  while (!signal.aborted) {
    if (!options.isWanted() || (current !== undefined && clock.now() < rotateAt && isGood(current, options))) {
      await clock.sleep(checkMilliseconds, signal).catch(() => undefined);
      continue;
    }
    try {
      current = await obtainUnlessChanged(options, signal);
      rotateAt = rotationTime(current.certificate, random);
      onChange(current);
      log.info('A new certificate is in use', { rotatesAt: new Date(rotateAt).toISOString() });
      await store?.write(current);
      // Better than none. Another one may be as bad, so it is not asked for at once, over and over.
      if (!isGood(current, options)) throw new CertificateUnfitError();
      backoff.reset();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof WantedChangedError) continue;
      const delay = backoff.next();
      log.warn('No new certificate was had; it is tried again', { error, retryInMilliseconds: Math.round(delay) });
      await clock.sleep(delay, signal).catch(() => undefined);
    }
  }
}

/** The signer left out some of the names, or its clock and that of this machine differ. */
class CertificateUnfitError extends Error {
  override readonly name = 'CertificateUnfitError';
  readonly code = 'CertificateUnfit';

  constructor() {
    super(
      'the certificate that was signed lacks names that were asked for, or is not valid by the clock of this machine',
    );
  }
}

class WantedChangedError extends Error {
  override readonly name = 'WantedChangedError';
  readonly code = 'WantedChanged';
}

async function obtainUnlessChanged(
  { clock, wanted, obtain }: CertificateRotationOptions,
  signal: AbortSignal,
): Promise<ServingCertificate> {
  const asked = wanted();
  const changed = new AbortController();
  const done = new AbortController();
  const watchWanted = async (): Promise<void> => {
    const until = AbortSignal.any([signal, done.signal]);
    while (!until.aborted) {
      await clock.sleep(checkMilliseconds, until).catch(() => undefined);
      if (wanted() !== asked) changed.abort(new WantedChangedError('what the certificate is for has changed'));
    }
  };
  const watching = watchWanted();
  try {
    return await obtain(AbortSignal.any([signal, changed.signal]));
  } finally {
    done.abort(new Error('the request was answered'));
    await watching;
  }
}

function isGood(
  { certificate }: ServingCertificate,
  { clock, suits }: Pick<CertificateRotationOptions, 'clock' | 'suits'>,
): boolean {
  const leaf = new X509Certificate(certificate);
  const now = clock.now();
  return leaf.validFromDate.getTime() <= now && now < leaf.validToDate.getTime() && suits(leaf);
}
