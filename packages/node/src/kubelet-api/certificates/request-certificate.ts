import type { KubeClient } from '../../kube/client.ts';
import { createObject } from '../../kube/create-object.ts';
import { deleteObject } from '../../kube/delete-object.ts';
import { isAlreadyExists, isConflict, isForbidden, isNotFound } from '../../kube/kube-error.ts';
import { watchObjects } from '../../kube/watch.ts';
import type { Logger } from '../../provider/logger.ts';
import type { Clock } from '../../work/clock.ts';
import { mayI } from '../../kube/may-i.ts';
import { CertificateRefusedError } from './certificate-refused-error.ts';
import {
  certificateSigningRequests,
  type CertificateSigningRequest,
  type NodeSigner,
} from './certificate-signing-request.ts';

export interface RequestCertificateOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** The name of the request, always the same for one purpose, so that rights can be given for it alone. */
  readonly name: string;
  readonly signer: NodeSigner;
  /** PEM. */
  readonly request: string;
}

/**
 * Has a certificate signed, however long that takes: somebody may have to approve it by hand. Gives the chain in PEM. A request
 * of the same name that was left behind is deleted where that is allowed, else this one gets another name.
 *
 * @throws CertificateRefusedError when it was denied, failed or deleted; what the API server answers with; `signal.reason`.
 */
export async function requestCertificate(options: RequestCertificateOptions, signal: AbortSignal): Promise<string> {
  const made = await create(options, signal);
  const { name = '', uid } = made.metadata ?? {};
  options.log.info('Asked for a certificate; it has to be approved', {
    request: name,
    signer: options.signer.signerName,
  });
  const certificate = await signed(options, name, uid, signal);
  return Buffer.from(certificate, 'base64').toString('utf8');
}

async function create(options: RequestCertificateOptions, signal: AbortSignal): Promise<CertificateSigningRequest> {
  const { client, name, signer, request } = options;
  const { signerName, usages } = signer;
  const spec = { request: Buffer.from(request).toString('base64'), signerName, usages };
  const createNamed = (metadata: { readonly name: string } | { readonly generateName: string }) =>
    createObject<CertificateSigningRequest>(
      client,
      certificateSigningRequests,
      { metadata, spec } as CertificateSigningRequest,
      {},
      signal,
    );
  try {
    return await createNamed({ name });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  // Its key went with the process that made it, or its certificate is about to be replaced.
  return (await removeStale(options, signal)) ? createNamed({ name }) : createNamed({ generateName: `${name}-` });
}

/** False where these credentials may not delete it: those of a node may not. They are asked for first, so that nothing is refused. */
async function removeStale({ client, name }: RequestCertificateOptions, signal: AbortSignal): Promise<boolean> {
  const access = { verb: 'delete', group: 'certificates.k8s.io', resource: 'certificatesigningrequests', name };
  if ((await mayI(client, access, signal)) === false) return false;
  try {
    await deleteObject(client, certificateSigningRequests, { name }, {}, signal);
  } catch (error) {
    if (isForbidden(error)) return false;
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
  return true;
}

async function signed(
  { client, clock, log }: RequestCertificateOptions,
  name: string,
  uid: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  let told = false;
  const watched = new AbortController();
  const stop = (): void => watched.abort(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    const events = watchObjects(
      {
        client,
        clock,
        type: certificateSigningRequests,
        name,
        onProblem: ({ error }) => {
          if (!told)
            log.warn('The certificate signing request cannot be watched; it is tried again', { request: name, error });
          told = true;
        },
      },
      watched.signal,
    );
    let seen = false;
    for await (const event of events) {
      if (event.type === 'init-done' && !seen) throw new CertificateRefusedError(name, 'deleted');
      if (event.type === 'init' || event.type === 'init-done') continue;
      if (event.object.metadata?.uid !== uid || event.type === 'delete')
        throw new CertificateRefusedError(name, 'deleted');
      seen = true;
      const certificate = outcomeOf(event.object, name);
      if (certificate !== undefined) return certificate;
    }
    throw signal.reason;
  } finally {
    signal.removeEventListener('abort', stop);
    watched.abort(new Error('the certificate signing request was answered'));
  }
}

/** The certificate, or undefined while it is waited for. */
function outcomeOf({ status }: CertificateSigningRequest, name: string): string | undefined {
  const conditions = status?.conditions ?? [];
  for (const { type, reason, message } of conditions) {
    const because = [reason, message].filter(Boolean).join(': ');
    if (type === 'Denied') throw new CertificateRefusedError(name, `denied (${because})`);
    if (type === 'Failed') throw new CertificateRefusedError(name, `approved, but could not be signed (${because})`);
  }
  return conditions.some(({ type }) => type === 'Approved') ? status?.certificate || undefined : undefined;
}
