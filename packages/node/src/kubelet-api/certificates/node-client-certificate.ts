import type { X509Certificate } from 'node:crypto';
import { access } from 'node:fs/promises';
import type { KubeClient } from '../../kube/client.ts';
import { type KubeCluster, loadKubeConfig } from '../../kube/config.ts';
import { createKubeClient } from '../../kube/create-kube-client.ts';
import { readKubeConfigFiles } from '../../kube/kube-config-file.ts';
import type { Logger } from '../../provider/logger.ts';
import { Backoff } from '../../work/backoff.ts';
import type { Clock } from '../../work/clock.ts';
import { certificateRequest, generatePrivateKey } from './certificate-request.ts';
import { type CertificateRotationOptions, rotateCertificate, storedCertificate } from './certificate-rotation.ts';
import { nodeSigners } from './certificate-signing-request.ts';
import { certificateStore } from './certificate-store.ts';
import { writeClientKubeconfig } from './client-kubeconfig.ts';
import { requestCertificate } from './request-certificate.ts';
import { requestName } from './request-name.ts';
import type { ServingCertificate } from './serving-certificate.ts';
import { nodeSubject } from './signed-serving-source.ts';

export interface NodeClientCertificateOptions {
  readonly nodeName: string;
  /** The kubeconfig that is written, and used from then on. */
  readonly kubeconfigPath: string;
  /** With credentials that may do no more than ask for a certificate, a bootstrap token for example. */
  readonly bootstrapKubeconfigPath: string;
  /** Where the certificate is kept with its key. */
  readonly directory: string;
  /** For credential plugins of the bootstrap kubeconfig. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: () => number;
  readonly userAgent?: string;
  /** Opens a connection with the bootstrap credentials; over the network by default. */
  readonly openClient?: (cluster: KubeCluster) => KubeClient;
}

/** The identity of a node, had and kept by certificate signing requests (KEP-266; signer kubernetes.io/kube-apiserver-client-kubelet). */
export interface NodeClientCertificate {
  /**
   * Makes sure that there is a kubeconfig with a certificate that is still valid: where there is none, asks for one with the
   * bootstrap credentials, for as long as it takes to be approved.
   */
  bootstrap(signal: AbortSignal): Promise<void>;
  /** Replaces the certificate between 70 and 90 % of its life, as the node itself, until the signal is aborted. */
  rotate(client: KubeClient, signal: AbortSignal): Promise<void>;
}

/** See {@link NodeClientCertificate}. */
export function nodeClientCertificate(options: NodeClientCertificateOptions): NodeClientCertificate {
  const { nodeName, kubeconfigPath, directory, clock, random = Math.random } = options;
  const log = options.log.with({ certificate: 'client' });
  const store = certificateStore(directory, `kubelet-client-${nodeName}.pem`);

  async function obtain(client: KubeClient, signal: AbortSignal): Promise<ServingCertificate> {
    const privateKey = generatePrivateKey();
    const request = certificateRequest(privateKey, nodeSubject(nodeName));
    const name = requestName('client', nodeName);
    const signer = nodeSigners.client;
    return { certificate: await requestCertificate({ client, clock, log, name, signer, request }, signal), privateKey };
  }
  const stored = {
    clock,
    store,
    suits: ({ subject }: X509Certificate) => subject.split('\n').includes(`CN=system:node:${nodeName}`),
  };

  return {
    async bootstrap(signal) {
      if ((await isThere(kubeconfigPath)) && (await storedCertificate(stored)) !== undefined) return;
      const path = options.bootstrapKubeconfigPath;
      const [selected, cluster] = await Promise.all([
        readKubeConfigFiles([path]),
        loadKubeConfig({ path, environment: options.environment, clock }),
      ]);
      const client =
        options.openClient?.(cluster) ??
        createKubeClient({ cluster, clock, userAgent: options.userAgent ?? 'virtual-kubelet' });
      try {
        log.info('Asking for a client certificate with the bootstrap credentials', { bootstrapKubeconfig: path });
        await store.write(await obtainAtLast(client, signal));
        await writeClientKubeconfig(kubeconfigPath, selected, store.path);
        log.info('The node has a client certificate', { kubeconfig: kubeconfigPath });
      } finally {
        await client.close();
      }
    },
    async rotate(client, signal) {
      const rotation: CertificateRotationOptions = {
        ...stored,
        log,
        random,
        isWanted: () => true,
        wanted: () => nodeName,
        obtain: (inner) => obtain(client, inner),
      };
      await rotateCertificate(rotation, await storedCertificate(stored), () => undefined, signal);
    },
  };

  /** Tries again after a refusal or without an answer: nothing works without the certificate. */
  async function obtainAtLast(client: KubeClient, signal: AbortSignal): Promise<ServingCertificate> {
    const backoff = new Backoff(bootstrapRetry, clock, random);
    for (;;) {
      try {
        return await obtain(client, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        const delay = backoff.next();
        log.warn('No client certificate was had; it is tried again', { error, retryInMilliseconds: Math.round(delay) });
        await clock.sleep(delay, signal);
      }
    }
  }
}

const bootstrapRetry = {
  initialMilliseconds: 2_000,
  maximumMilliseconds: 60_000,
  factor: 2,
  jitter: 0.2,
  resetAfterMilliseconds: 600_000,
} as const;

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
