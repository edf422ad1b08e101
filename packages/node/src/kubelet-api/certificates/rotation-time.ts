import { X509Certificate } from 'node:crypto';

/** When a certificate is to be replaced: at random between 70 and 90 % of its life, as with a kubelet. Milliseconds since the epoch. */
export function rotationTime(certificate: string, random: () => number): number {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  const from = validFromDate.getTime();
  return from + (validToDate.getTime() - from) * (0.7 + 0.2 * random());
}
