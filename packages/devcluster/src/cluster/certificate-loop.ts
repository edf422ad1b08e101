import type { CertificateAuthority } from '../certificates/certificate-authority.ts';
import { changeObject, isGone } from '../control-loop/registry-access.ts';
import type { KubeObject } from '../registry/definition.ts';
import { clusterUser, type Registry, strategyContext } from '../registry/registry.ts';
import { type CertificateSigningRequest, hasCondition } from '../resources/certificates/certificate-request-types.ts';
import { approvalOf } from './certificate-approval.ts';
import { signRequest } from './certificate-signing.ts';
import type { RunningLoop } from './cluster-loop.ts';

const plural = 'certificatesigningrequests';

export interface CertificateLoopOptions {
  /** The cluster's authority, asked for when there is the first request to sign. */
  authority: () => Promise<CertificateAuthority>;
  /** The time from which certificates are good, in milliseconds. */
  now: () => number;
  /** Whether certificates of nodes are approved without anybody's doing. */
  approvesNodes: boolean;
  onError: (error: unknown) => void;
}

/** Approves what needs nobody's approval, and signs what is approved for the signers of the cluster. */
export function startCertificateLoop(registry: Registry, options: CertificateLoopOptions): RunningLoop {
  const { store } = registry;
  const reader = strategyContext(registry, clusterUser);
  const signing = new Set<string>();
  let isStopped = false;

  const current = (key: string): CertificateSigningRequest | undefined =>
    store.get(plural, key)?.object as CertificateSigningRequest | undefined;
  const approve = (object: CertificateSigningRequest): void => {
    const message = approvalOf(reader, object, { forNodes: options.approvesNodes });
    if (message === undefined) return;
    changeObject<CertificateSigningRequest>(registry, { plural, object, subresource: 'approval' }, (next) => {
      const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message };
      next.status = { ...next.status, conditions: [...(next.status?.conditions ?? []), condition] };
    });
  };
  const sign = async (object: CertificateSigningRequest): Promise<void> => {
    const signed = await signRequest(options.authority, object, options.now());
    if (signed === undefined || isStopped) return;
    changeObject<CertificateSigningRequest>(registry, { plural, object, subresource: 'status' }, (next) => {
      if ('certificate' in signed) {
        next.status = { ...next.status, certificate: Buffer.from(signed.certificate).toString('base64') };
        return;
      }
      const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: signed.problem };
      next.status = { ...next.status, conditions: [...(next.status?.conditions ?? []), failed] };
    });
  };
  const report = (error: unknown): void => {
    if (!isGone(error)) options.onError(error);
  };
  const look = async (key: string): Promise<void> => {
    const object = current(key);
    if (object === undefined || isStopped || object.status?.certificate || hasCondition(object, 'Denied')) return;
    if (!hasCondition(object, 'Approved')) {
      approve(object);
      return;
    }
    if (hasCondition(object, 'Failed') || signing.has(object.metadata.uid)) return;
    signing.add(object.metadata.uid);
    try {
      await sign(object);
    } finally {
      signing.delete(object.metadata.uid);
    }
  };
  const stop = store.subscribe(plural, (event: { type: string; current: { key: string; object: KubeObject } }) => {
    if (event.type !== 'DELETED') setImmediate(() => void look(event.current.key).catch(report));
  });
  return {
    stop: () => {
      isStopped = true;
      stop();
    },
  };
}
