import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserInfo } from '../registry/registry.ts';
import { createInProcessCluster, type InProcessCluster } from './in-process-cluster.ts';
import { ask } from './testing/ask.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const pods = '/api/v1/namespaces/default/pods';
const jane: UserInfo = { name: 'jane', groups: ['devs'] };
const nobody: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

let cluster: InProcessCluster;
beforeEach(() => {
  cluster = createInProcessCluster({ scheduler: false, nodeLifecycle: false });
});
afterEach(() => cluster.close());

async function message(path: string, user: UserInfo, body?: object): Promise<string> {
  const answer = await ask(cluster, { path, user, ...(body === undefined ? {} : { body }) });
  return answer.status < 400 ? String(answer.status) : `${answer.status} ${answer.body.message}`;
}

async function bind(role: string, subject: object, namespace?: string): Promise<void> {
  const body = { metadata: { name: 'b' }, roleRef: { kind: 'ClusterRole', name: role }, subjects: [subject] };
  const path = namespace === undefined ? 'clusterrolebindings' : `namespaces/${namespace}/rolebindings`;
  expect(await ask(cluster, { path: `${rbac}/${path}`, body })).toMatchObject({ status: 201 });
}

describe('a user without a role', () => {
  it('is told what it may not do, as a kube-apiserver says it', async () => {
    expect(await message(pods, jane)).toBe(
      '403 pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
    );
    expect(await message('/api/v1/nodes/n', jane)).toBe(
      '403 nodes "n" is forbidden: User "jane" cannot get resource "nodes" in API group "" at the cluster scope',
    );
    expect(await message(`${pods}/p/log`, jane)).toBe(
      '403 pods "p" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "default"',
    );
    expect(await message('/metrics', jane)).toBe('403 forbidden: User "jane" cannot get path "/metrics"');
  });

  it('may discover what is served, and ask about itself', async () => {
    for (const path of ['/api', '/apis', '/api/v1', '/openapi/v3', '/version'])
      expect(await message(path, jane)).toBe('200');
    expect(await message('/apis/authentication.k8s.io/v1/selfsubjectreviews', jane, {})).toBe('201');
  });

  it('may see little more than the version when it is nobody', async () => {
    expect(await message('/version', nobody)).toBe('200');
    expect(await message('/api', nobody)).toBe('403 forbidden: User "system:anonymous" cannot get path "/api"');
  });
});

describe('a role', () => {
  it('holds for a user, a group or a service account, in the namespace of its binding', async () => {
    const list = (user: UserInfo): Promise<string> => message(pods, user);
    await bind('view', { kind: 'Group', name: 'devs' }, 'default');
    expect(await list(jane)).toBe('200');
    expect(await list({ name: 'joe', groups: [] })).toContain('403');
    expect(await message('/api/v1/namespaces/kube-system/pods', jane)).toContain('403');
    expect(await message('/api/v1/pods', jane)).toContain('403');
  });

  it('of everything that others are labelled for takes their rules', async () => {
    await bind('view', { kind: 'User', name: 'jane' });
    expect(await message('/api/v1/configmaps', jane)).toBe('200');
    expect(await message('/api/v1/secrets', jane)).toContain('403');
    const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }];
    await ask(cluster, { path: `${rbac}/clusterroles`, body: { metadata: { name: 'more', labels }, rules } });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await message('/api/v1/secrets', jane)).toBe('200');
  });

  it('that is missing is named in the refusal', async () => {
    await bind('nothing', { kind: 'User', name: 'jane' });
    expect(await message(pods, jane)).toBe(
      '403 pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default": RBAC: clusterrole.rbac.authorization.k8s.io "nothing" not found',
    );
  });

  it('is not given by somebody who does not hold what it allows', async () => {
    await bind('admin', { kind: 'User', name: 'jane' }, 'default');
    const path = `${rbac}/namespaces/default/roles`;
    const role = (resource: string): object => ({
      metadata: { name: resource },
      rules: [{ apiGroups: [''], resources: [resource], verbs: ['get', 'list'] }],
    });
    expect(await message(path, jane, role('pods'))).toBe('201');
    expect(await message(path, jane, role('nodes'))).toBe(
      '403 roles.rbac.authorization.k8s.io "nodes" is forbidden: user "jane" (groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get" "list"]}',
    );
    const binding = { metadata: { name: 'x' }, roleRef: { kind: 'ClusterRole', name: 'cluster-admin' } };
    const refusal = await message(`${rbac}/namespaces/default/rolebindings`, jane, binding);
    expect(refusal).toContain('is attempting to grant RBAC permissions not currently held');
  });

  it('of a binding does not change', async () => {
    await bind('view', { kind: 'User', name: 'jane' });
    const path = `${rbac}/clusterrolebindings/b`;
    const { body } = await ask(cluster, { path });
    const answer = await ask(cluster, {
      method: 'PUT',
      path,
      body: { ...body, roleRef: { kind: 'ClusterRole', name: 'edit' } },
    });
    expect(answer).toMatchObject({ status: 422, body: { message: expect.stringContaining('cannot change roleRef') } });
  });
});

describe('the right to get the streams of a pod (kubernetes/kubernetes#136550)', () => {
  it.each(['exec', 'attach', 'portforward'])(
    'does not open %s, which is to create one, whatever the method',
    async (door) => {
      const rules = [{ apiGroups: [''], resources: [`pods/${door}`], verbs: ['get'] }];
      await ask(cluster, { path: `${rbac}/clusterroles`, body: { metadata: { name: 'looks' }, rules } });
      await bind('looks', { kind: 'User', name: 'jane' });
      expect(await message(`${pods}/p/${door}`, jane)).toBe('403 pods "p" is forbidden: ');
    },
  );
});

describe('the group system:masters', () => {
  it('may do everything, even when all roles are gone', async () => {
    await ask(cluster, { method: 'DELETE', path: `${rbac}/clusterrolebindings` });
    expect(await message(pods, { name: 'root', groups: ['system:masters'] })).toBe('200');
  });
});

describe('a request in the name of another', () => {
  const as = (name: string, user?: UserInfo): Promise<{ status: number; body: { message?: string } }> =>
    ask(cluster, { path: pods, headers: { 'impersonate-user': name }, ...(user === undefined ? {} : { user }) });

  it('has the rights of the other', async () => {
    expect((await as('jane')).body.message).toContain('User "jane" cannot list resource "pods"');
    await bind('view', { kind: 'ServiceAccount', name: 'a', namespace: 'default' });
    expect((await as('system:serviceaccount:default:a')).status).toBe(200);
  });

  it('is refused to those who may not impersonate', async () => {
    expect((await as('joe', jane)).body.message).toBe(
      'users "joe" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
  });
});

describe('the reviews of access', () => {
  const group = '/apis/authorization.k8s.io/v1';

  it('tell whether somebody may do something, and why', async () => {
    await bind('view', { kind: 'User', name: 'jane' });
    const review = async (verb: string): Promise<unknown> => {
      const spec = { user: 'jane', resourceAttributes: { verb, resource: 'pods', namespace: 'default' } };
      return (await ask(cluster, { path: `${group}/subjectaccessreviews`, body: { spec } })).body.status;
    };
    expect(await review('list')).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "view" to User "jane"',
    });
    expect(await review('create')).toEqual({ allowed: false });
  });

  it('are asked by those who may ask', async () => {
    const body = { spec: { user: 'joe', resourceAttributes: { verb: 'list', resource: 'pods' } } };
    expect(await message(`${group}/subjectaccessreviews`, jane, body)).toContain('403');
    await bind('system:auth-delegator', { kind: 'User', name: 'jane' });
    expect(await message(`${group}/subjectaccessreviews`, jane, body)).toBe('201');
  });

  it('list what one may do oneself', async () => {
    await bind('system:kubelet-api-admin', { kind: 'User', name: 'jane' });
    const body = { spec: { namespace: 'default' } };
    const answer = await ask(cluster, { path: `${group}/selfsubjectrulesreviews`, body, user: jane });
    expect(answer.body.status).toMatchObject({
      incomplete: false,
      resourceRules: expect.arrayContaining([
        { verbs: ['*'], apiGroups: [''], resources: expect.arrayContaining(['nodes/proxy', 'nodes/log']) },
      ]),
    });
  });
});
