import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { writeKubeconfig } from '../cluster/kubeconfig.ts';
import { createKubectl, type Kubectl } from '../cluster/kubectl.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { patience } from './kubectl-world.ts';

export interface AccessCasesOptions {
  readonly kubectl: () => string;
  readonly cluster: () => TestCluster;
}

/** A certificate request of jane, of the group devs. */
const request =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWk1JR0FBZ0VBTUI0eERUQUxCZ05WQkFvTUJHUmxkbk14RFRBTEJnTlZCQU1NQkdwaGJtVXdXVEFUQmdjcQpoa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVRTYlZtdHJkRzRic2RsbWF3anFHWUhxQ2QwMVlQWlY5aEN6SHk3ClBDcVUyeU1zZkdZSStxVWZqTU9iNk04UTQ5U2d2WFc0UXg5MGo4RFI0QWo2bUdvTG9BQXdDZ1lJS29aSXpqMEUKQXdJRFNBQXdSUUloQUtLNXlqd043M0hjTkdZV1NZK0FKTVNqMElHZkVEWVpNSWxDWFlLdFBtN1lBaUJyM2dKZwpIV2lrb0VESzBFYmJSWGxaVnM5S0hDaDVodk1xMGR1R1lldHk4dz09Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=';

/** Who may do what, as kubectl asks and tells it. */
export function accessCases({ kubectl: program, cluster }: AccessCasesOptions): void {
  const as = (kubeconfig: string): Kubectl =>
    createKubectl({ program: program(), kubeconfig, directory: cluster().directory });
  const administrator = (): Kubectl => as(cluster().kubeconfig);
  const user = async (name: string, ...groups: string[]): Promise<Kubectl> =>
    as(await cluster().kubeconfigFor({ name, groups }));

  describe('access', () => {
    it('is told by auth whoami', async () => {
      expect(await (await user('jane', 'devs'))('auth', 'whoami')).toMatch(/Groups\s+\[devs system:authenticated\]/);
    });

    it('is refused to a user without a role, and given by a binding', async () => {
      const jane = await user('jane', 'devs');
      const refused = await jane.attempt('get', 'pods');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(
        'Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
      );
      expect((await jane.attempt('auth', 'can-i', 'list', 'pods')).stdout).toBe('no\n');
      await administrator()('create', 'rolebinding', 'devs', '--clusterrole=view', '--group=devs');
      expect(await jane('auth', 'can-i', 'list', 'pods')).toBe('yes\n');
      expect(await jane('auth', 'can-i', '--list')).toMatch(/^pods\s+\[\]\s+\[\]\s+\[get list watch\]$/m);
      await jane('get', 'pods');
      await administrator()('delete', 'rolebinding', 'devs');
    });

    it('is asked for others with --as', async () => {
      const kubectl = administrator();
      expect((await kubectl.attempt('auth', 'can-i', 'get', 'nodes', '--as=joe')).stdout).toContain('no\n');
      expect(
        await kubectl('auth', 'can-i', 'create', 'nodes/proxy', '--as=joe', '--as-group=system:masters'),
      ).toContain('yes\n');
    });

    it('comes with the token of a service account', async () => {
      const kubectl = administrator();
      const token = (await kubectl('create', 'token', 'default', '--duration=10m')).trim();
      const { url: server, caCertificate, directory } = cluster();
      const withToken = async (name: string, credentials: { token: string }): Promise<Kubectl> =>
        as(await writeKubeconfig(join(directory, name), { server, caCertificate, credentials }));
      const account = await withToken('account.kubeconfig', { token });
      expect(await account('auth', 'whoami')).toContain('system:serviceaccount:default:default');
      const refused = await (await withToken('wrong.kubeconfig', { token: `${token}x` })).attempt('get', 'pods');
      expect(refused.stderr).toContain('You must be logged in to the server');
    });

    it('comes with a certificate that is asked for and approved', async () => {
      const kubectl = administrator();
      const create = async (name: string): Promise<void> => {
        const spec = { signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], request };
        const object = {
          apiVersion: 'certificates.k8s.io/v1',
          kind: 'CertificateSigningRequest',
          metadata: { name },
          spec,
        };
        await kubectl.withInput(object, 'create', '-f', '-');
      };
      await create('approved');
      await create('denied');
      expect(await kubectl('get', 'csr', 'approved')).toMatch(/kubernetes\.io\/kube-apiserver-client .*Pending/);
      await kubectl('certificate', 'approve', 'approved');
      await kubectl('certificate', 'deny', 'denied');
      await vi.waitFor(
        async () => expect(await kubectl('get', 'csr', 'approved')).toContain('Approved,Issued'),
        patience,
      );
      expect(await kubectl('get', 'csr', 'denied')).toMatch(/Denied\s*$/);
      await kubectl('delete', 'csr', 'approved', 'denied');
    });
  });
}
