import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** Somebody whom the API server knows by a bearer token. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
  readonly token: string;
}

/** Those who use a control plane of this kind. Tokens are made anew at every start. */
export interface Identities {
  readonly admin: Identity;
  readonly scheduler: Identity;
  readonly controllerManager: Identity;
}

export function createIdentities(): Identities {
  const identity = (user: string, groups: readonly string[]): Identity => ({
    user,
    groups,
    token: randomBytes(24).toString('base64url'),
  });
  return {
    admin: identity('admin', ['system:masters']),
    scheduler: identity('system:kube-scheduler', []),
    controllerManager: identity('system:kube-controller-manager', []),
  };
}

/** The contents of a file for `--token-auth-file`: token, user, UID and groups, in CSV. */
export function tokenFile(identities: Identities): string {
  return Object.values(identities)
    .map(({ user, groups, token }: Identity) => `${token},${user},${user},"${groups.join(',')}"\n`)
    .join('');
}

/** A key in PEM to sign service account tokens with. */
export function createSigningKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}
