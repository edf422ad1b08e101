import { request as startRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority, type IssuedCertificate } from '../certificates/certificate-authority.ts';
import { createDevCluster, type DevCluster } from './dev-cluster.ts';

const dayMilliseconds = 24 * 60 * 60 * 1000;
const pods = '/api/v1/namespaces/default/pods';

describe('credentials before the development cluster', () => {
  let cluster: DevCluster;
  beforeAll(async () => {
    cluster = await createDevCluster({ scheduler: false, nodeLifecycle: false });
  });
  afterAll(() => cluster.close());

  const get = (
    path: string,
    credentials: { token?: string; client?: IssuedCertificate },
  ): Promise<{ status: number; message: string | undefined }> =>
    new Promise((resolve, reject) => {
      const { token, client } = credentials;
      const request = startRequest(
        new URL(path, cluster.url),
        {
          ca: cluster.caCertificate,
          agent: false,
          headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
          ...(client === undefined ? {} : { cert: client.certificate, key: client.privateKey }),
        },
        (response) => {
          text(response).then((body) => {
            const json = body.startsWith('{') ? (JSON.parse(body) as { message?: string }) : {};
            resolve({ status: response.statusCode ?? 0, message: json.message });
          }, reject);
        },
      );
      request.once('error', reject);
      request.end();
    });
  const subject = { commonName: 'root', organizations: ['system:masters'], usages: ['client'] } as const;

  it('of the administrator let in, by token and by certificate', async () => {
    expect(await get(pods, { token: cluster.token })).toMatchObject({ status: 200 });
    const client = await cluster.issueClientCertificate({ name: 'root', groups: ['system:masters'] });
    expect(await get(pods, { client })).toMatchObject({ status: 200 });
  });

  it('of a user without a role are good, and give no rights', async () => {
    const client = await cluster.issueClientCertificate({ name: 'jane' });
    expect(await get(pods, { client })).toEqual({
      status: 403,
      message: 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
    });
    expect(await cluster.kubeconfigFor({ name: 'jane' })).toContain('client-certificate-data: ');
  });

  it('that another authority signed are refused', async () => {
    const other = await createCertificateAuthority({ commonName: 'devcluster-ca', now: Date.now() });
    const client = await other.issue({ ...subject, days: 1, now: Date.now() });
    expect(await get(pods, { client })).toEqual({ status: 401, message: 'Unauthorized' });
  });

  it('that are no longer good are refused', async () => {
    const now = Date.now() - 2 * dayMilliseconds;
    const client = await cluster.certificateAuthority.issue({ ...subject, days: 1, now });
    expect(await get(pods, { client })).toEqual({ status: 401, message: 'Unauthorized' });
  });

  it('that are for servers are refused', async () => {
    const client = await cluster.certificateAuthority.issue({
      ...subject,
      usages: ['server'],
      days: 1,
      now: Date.now(),
    });
    expect(await get(pods, { client })).toEqual({ status: 401, message: 'Unauthorized' });
  });

  it('that are an unknown token are refused', async () => {
    expect(await get(pods, { token: 'unknown' })).toEqual({ status: 401, message: 'Unauthorized' });
  });

  it('that are missing make somebody anonymous, who may ask for health and version alone', async () => {
    expect(await get(pods, {})).toMatchObject({ status: 403 });
    expect(await get('/api', {})).toMatchObject({
      status: 403,
      message: 'forbidden: User "system:anonymous" cannot get path "/api"',
    });
    expect(await get('/healthz', {})).toMatchObject({ status: 200 });
    expect(await get('/version', {})).toMatchObject({ status: 200 });
  });
});
