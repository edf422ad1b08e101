import { isIPv4 } from 'node:net';
import type { Logger } from '../../provider/logger.ts';
import type { NodeAddress } from '../../provider/wire.ts';
import type { Clock } from '../../work/clock.ts';
import { rotationTime } from './rotation-time.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import type { ServingCertificate, ServingCertificateSource } from './serving-certificate.ts';
import { sameSubjectNames, subjectNamesOf, type SubjectNames } from './subject-names.ts';

export interface SelfSignedSourceOptions {
  readonly nodeName: string;
  readonly addresses: () => readonly NodeAddress[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

/** How often the addresses of the node are compared with those in the certificate. */
const checkMilliseconds = 15_000;

const unverifiable =
  'The serving certificate of the kubelet API is self-signed: nobody who connects can tell that it is this node. An API server that is told to verify it (--kubelet-certificate-authority) needs --serving-certificate=csr or files';

/** A certificate that this process signs itself, anew when it grows old or the node's addresses change. */
export function selfSignedSource({
  nodeName,
  addresses,
  clock,
  log,
  random,
}: SelfSignedSourceOptions): ServingCertificateSource {
  let names: SubjectNames = { dnsNames: [], ipAddresses: [] };
  let renewAt = 0;
  const make = (): ServingCertificate => {
    names = subjectNamesOf(addresses());
    const made = selfSignedCertificate({ commonName: nodeName, names, now: clock.now() });
    renewAt = rotationTime(made.certificate, random);
    return made;
  };
  return {
    open() {
      // Where only this machine connects there is nobody to take in.
      if (addresses().every(({ address }) => isLoopback(address))) log.info(unverifiable);
      else log.warn(unverifiable);
      return Promise.resolve(make());
    },
    async follow(onChange, signal) {
      while (!signal.aborted) {
        await clock.sleep(checkMilliseconds, signal).catch(() => undefined);
        if (signal.aborted) return;
        if (clock.now() >= renewAt || !sameSubjectNames(names, subjectNamesOf(addresses()))) onChange(make());
      }
    },
  };
}

function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}
