import type { X509Certificate } from 'node:crypto';
import type { KubeClient } from '../../kube/client.ts';
import type { Logger } from '../../provider/logger.ts';
import type { NodeAddress } from '../../provider/wire.ts';
import type { Clock } from '../../work/clock.ts';
import { certificateRequest, generatePrivateKey } from './certificate-request.ts';
import { type CertificateRotationOptions, rotateCertificate, storedCertificate } from './certificate-rotation.ts';
import { nodeSigners } from './certificate-signing-request.ts';
import { certificateStore } from './certificate-store.ts';
import { requestCertificate } from './request-certificate.ts';
import { requestName } from './request-name.ts';
import type { ServingCertificate, ServingCertificateSource } from './serving-certificate.ts';
import { subjectNamesOf } from './subject-names.ts';

export interface SignedServingSourceOptions {
  readonly client: KubeClient;
  readonly nodeName: string;
  readonly addresses: () => readonly NodeAddress[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** Where certificate and key outlive the process. */
  readonly directory?: string | undefined;
}

/**
 * A serving certificate that the cluster signs (signer kubernetes.io/kubelet-serving). Until the request is approved there is
 * none, and handshakes fail, as with a kubelet: nothing is ever shown that the cluster did not vouch for.
 */
export function signedServingSource(options: SignedServingSourceOptions): ServingCertificateSource {
  const { client, nodeName, addresses, clock, random, directory } = options;
  const log = options.log.with({ certificate: 'serving' });
  const names = (): ReturnType<typeof subjectNamesOf> => subjectNamesOf(addresses());
  const rotation: CertificateRotationOptions = {
    clock,
    log,
    random,
    store: directory === undefined ? undefined : certificateStore(directory, `kubelet-server-${nodeName}.pem`),
    isWanted: () => names().ipAddresses.length > 0 || names().dnsNames.length > 0,
    wanted: () => JSON.stringify(names()),
    suits: (certificate) => isFor(certificate, nodeName, names()),
    async obtain(signal) {
      const privateKey = generatePrivateKey();
      const request = certificateRequest(privateKey, nodeSubject(nodeName), names());
      const name = requestName('serving', nodeName);
      const signer = nodeSigners.serving;
      return {
        certificate: await requestCertificate({ client, clock, log, name, signer, request }, signal),
        privateKey,
      };
    },
  };
  let first: ServingCertificate | undefined;
  return {
    async open() {
      first = await storedCertificate(rotation);
      return first;
    },
    follow: (onChange, signal) => rotateCertificate(rotation, first, onChange, signal),
  };
}

/** Who a node is to the API server. */
export function nodeSubject(nodeName: string): {
  readonly commonName: string;
  readonly organizations: readonly string[];
} {
  return { commonName: `system:node:${nodeName}`, organizations: ['system:nodes'] };
}

/** True when a certificate is that of this node and good for all its names. */
function isFor(certificate: X509Certificate, nodeName: string, names: ReturnType<typeof subjectNamesOf>): boolean {
  return (
    certificate.subject.split('\n').includes(`CN=system:node:${nodeName}`) &&
    names.dnsNames.every((name) => certificate.checkHost(name) !== undefined) &&
    names.ipAddresses.every((address) => certificate.checkIP(address) !== undefined)
  );
}
