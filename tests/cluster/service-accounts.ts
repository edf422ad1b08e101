import { AnswerError, type ClusterClient } from './cluster-client.ts';

/** Makes the service account if it is not there, and gives a token of it. */
export async function serviceAccountToken(
  client: ClusterClient,
  { namespace, name, audiences }: { namespace: string; name: string; audiences?: readonly string[] },
): Promise<string> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  try {
    await client.json('POST', accounts, { metadata: { name } });
  } catch (error) {
    if (!(error instanceof AnswerError && error.code === 409)) throw error;
  }
  const request = { spec: audiences === undefined ? {} : { audiences } };
  return (await client.json<{ status: { token: string } }>('POST', `${accounts}/${name}/token`, request)).status.token;
}

/** Lets a service account of the namespace `default` do something everywhere, by a cluster role of its own name. */
export async function grantToServiceAccount(
  client: ClusterClient,
  { name, verbs, resources }: { name: string; verbs: readonly string[]; resources: readonly string[] },
): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  await client.json('POST', `${rbac}/clusterroles`, {
    metadata: { name },
    rules: [{ apiGroups: [''], resources, verbs }],
  });
  await client.json('POST', `${rbac}/clusterrolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', namespace: 'default', name }],
  });
}
