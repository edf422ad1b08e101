import { randomInt } from 'node:crypto';
import type { StrategyContext } from '../../registry/definition.ts';
import { AdmissionForbiddenError } from '../admission-forbidden-error.ts';
import type { ServiceAccount } from '../service-accounts.ts';
import type { Container, Pod, Volume, VolumeMount } from './pod-types.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumePrefix = 'kube-api-access-';
/** An hour and seven seconds: the lifetime by which the server knows a token that it injected itself. */
const tokenSeconds = 3607;
/** The letters of generated names: no vowels, so that no words come about. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

function randomSuffix(): string {
  return Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)] ?? '').join('');
}

/** The volume with the token, the cluster's certificate authority and the namespace. */
function accessVolume(name: string): Volume {
  const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.namespace' };
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
        { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
        { downwardAPI: { items: [{ fieldRef, path: 'namespace' }] } },
      ],
      defaultMode: 0o644,
    },
  };
}

function mountAccess(pod: Pod): void {
  const { spec } = pod;
  const existing = spec.volumes?.find(({ name }) => name.startsWith(volumePrefix));
  const name = existing?.name ?? `${volumePrefix}${randomSuffix()}`;
  const mount: VolumeMount = { name, readOnly: true, mountPath };
  const without = (container: Container): boolean =>
    container.volumeMounts?.every((other) => other.mountPath !== mountPath) ?? true;
  const containers = [...(spec.initContainers ?? []), ...spec.containers].filter(without);
  for (const container of containers) container.volumeMounts = [...(container.volumeMounts ?? []), { ...mount }];
  if (existing === undefined && containers.length > 0) spec.volumes = [...(spec.volumes ?? []), accessVolume(name)];
}

/**
 * What the ServiceAccount admission does to a new pod: it runs as somebody (`default` unless named), mounts that
 * account's token unless told not to, and takes over its image pull secrets.
 *
 * @throws AdmissionForbiddenError when the ServiceAccount does not exist.
 */
export function admitServiceAccount(pod: Pod, context: StrategyContext): void {
  const { spec } = pod;
  // A mirror pod is run by its node already, and needs nothing of the API.
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return;
  const name = spec.serviceAccountName || 'default';
  const namespace = pod.metadata.namespace ?? '';
  const account: ServiceAccount | undefined = context.get('serviceaccounts', namespace, name);
  if (account === undefined) {
    throw new AdmissionForbiddenError(
      `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
    );
  }
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountAccess(pod);
  const secrets = account.imagePullSecrets ?? [];
  if (!spec.imagePullSecrets?.length && secrets.length > 0) {
    spec.imagePullSecrets = secrets.map((secret) => (secret.name === undefined ? {} : { name: secret.name }));
  }
}
