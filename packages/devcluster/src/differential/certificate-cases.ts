import { type Case, table } from './case.ts';

const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const accounts = '/api/v1/namespaces/{namespace}/serviceaccounts';
const jane = { user: 'jane', groups: ['system:masters'] };

/** Of jane, of the group devs; an EC key of no use. */
const userRequest =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWk1JR0FBZ0VBTUI0eERUQUxCZ05WQkFvTUJHUmxkbk14RFRBTEJnTlZCQU1NQkdwaGJtVXdXVEFUQmdjcQpoa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVRTYlZtdHJkRzRic2RsbWF3anFHWUhxQ2QwMVlQWlY5aEN6SHk3ClBDcVUyeU1zZkdZSStxVWZqTU9iNk04UTQ5U2d2WFc0UXg5MGo4RFI0QWo2bUdvTG9BQXdDZ1lJS29aSXpqMEUKQXdJRFNBQXdSUUloQUtLNXlqd043M0hjTkdZV1NZK0FKTVNqMElHZkVEWVpNSWxDWFlLdFBtN1lBaUJyM2dKZwpIV2lrb0VESzBFYmJSWGxaVnM5S0hDaDVodk1xMGR1R1lldHk4dz09Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=';
/** Of root, of the group system:masters. */
const rootRequest =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIaU1JR0tBZ0VBTUNneEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRwdFlYTjBaWEp6TVEwd0N3WURWUVFEREFSeQpiMjkwTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFMG0xWnJhM1J1RzdIWlptc0k2aG1CNmduCmROV0QyVmZZUXN4OHV6d3FsTnNqTEh4bUNQcWxINHpEbStqUEVPUFVvTDExdUVNZmRJL0EwZUFJK3BocUM2QUEKTUFvR0NDcUdTTTQ5QkFNQ0EwY0FNRVFDSUVINndQckcrVzZmQmhYa1UzMEtQQ2NtOHpTSXFHb0JITm84VWk2WQpSTk5LQWlBMVB2eXcrTnJObzFlNTBhRUdKTmFIK0lKSlBvb2RwQWg1VlpWMXpWTmxQdz09Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=';
/** Of system:node:elsewhere, of the group system:nodes. */
export const nodeRequest =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIek1JR1pBZ0VBTURjeEZUQVRCZ05WQkFvTURITjVjM1JsYlRwdWIyUmxjekVlTUJ3R0ExVUVBd3dWYzNsegpkR1Z0T201dlpHVTZaV3h6Wlhkb1pYSmxNRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUUwbTFaCnJhM1J1RzdIWlptc0k2aG1CNmduZE5XRDJWZllRc3g4dXp3cWxOc2pMSHhtQ1BxbEg0ekRtK2pQRU9QVW9MMTEKdUVNZmRJL0EwZUFJK3BocUM2QUFNQW9HQ0NxR1NNNDlCQU1DQTBrQU1FWUNJUUNSRWl5Y01XMXp0akx0QXlmTAphSFhPQVFYSjR3b21yS3d5bENyR0d5QjJlQUloQUxaNk93RC9tay9uaFl4M1FVL2VveHltUHZKeUxjQzR2eGlQCmxCeXQvWVVpCi0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=';
const spec = { signerName: 'example.com/signer', request: userRequest, usages: ['client auth'] };
const approved = { type: 'Approved', status: 'True', reason: 'Because', message: 'of that' };

function conditions(...list: object[]): object {
  return { metadata: { name: '{namespace}' }, spec, status: { conditions: list } };
}

/** Certificate requests and the tokens of service accounts. */
export const certificateCases: readonly Case[] = [
  {
    name: 'certificate requests',
    steps: [
      {
        method: 'POST',
        path: requests,
        as: jane,
        body: { metadata: { name: '{namespace}' }, spec: { ...spec, expirationSeconds: 3600, username: 'other' } },
      },
      {
        method: 'POST',
        path: requests,
        body: {
          metadata: { name: '{namespace}-b' },
          spec: { request: 'eA==', signerName: 'x', usages: ['what', 'any', 'any'], expirationSeconds: 5 },
        },
      },
      { method: 'POST', path: requests, body: { metadata: { name: '{namespace}-b' }, spec: { request: userRequest } } },
      {
        method: 'POST',
        path: requests,
        body: {
          metadata: { name: '{namespace}-b' },
          spec: { ...spec, signerName: 'kubernetes.io/kube-apiserver-client', request: rootRequest },
        },
      },
      { method: 'GET', path: `${requests}/{namespace}`, accept: table },
      { method: 'PUT', path: `${requests}/{namespace}`, body: conditions(approved) },
      { method: 'PUT', path: `${requests}/{namespace}/status`, body: conditions(approved) },
      { method: 'PUT', path: `${requests}/{namespace}/approval`, body: conditions({ ...approved, status: 'False' }) },
      {
        method: 'PUT',
        path: `${requests}/{namespace}/approval`,
        body: conditions(approved, { ...approved, type: 'Denied' }),
      },
      { method: 'PUT', path: `${requests}/{namespace}/approval`, body: conditions(approved) },
      { method: 'PUT', path: `${requests}/{namespace}/approval`, body: conditions() },
      { method: 'GET', path: `${requests}/{namespace}`, accept: table },
      { method: 'GET', path: '/apis/certificates.k8s.io/v1/certificatesigningrequests/{namespace}/approval' },
    ],
  },
  {
    name: 'tokens of service accounts',
    steps: [
      { method: 'POST', path: `${accounts}/default/token`, body: {} },
      { method: 'POST', path: `${accounts}/default/token`, body: { spec: { expirationSeconds: 10 } } },
      {
        method: 'POST',
        path: `${accounts}/default/token`,
        body: { spec: { audiences: ['a'], expirationSeconds: 700 } },
      },
      { method: 'POST', path: `${accounts}/missing/token`, body: { spec: {} } },
      {
        method: 'POST',
        path: `${accounts}/default/token`,
        body: { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'missing' } } },
      },
      {
        method: 'POST',
        path: `${accounts}/default/token`,
        body: { spec: { boundObjectRef: { kind: 'Service', apiVersion: 'v1', name: 'x' } } },
      },
      { method: 'POST', path: `${accounts}/default/token`, body: { metadata: { name: 'other' }, spec: {} } },
      {
        method: 'POST',
        path: '/api/v1/namespaces/{namespace}/pods',
        isSetup: true,
        body: { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'busybox' }] } },
        capture: { pod: 'metadata.uid' },
      },
      {
        method: 'POST',
        path: `${accounts}/default/token`,
        body: {
          spec: { expirationSeconds: 3607, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: '{pod}' } },
        },
        capture: { bearer: 'status.token' },
      },
      {
        method: 'POST',
        path: `${accounts}/default/token`,
        body: { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'other' } } },
      },
      {
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/tokenreviews',
        body: { spec: { token: '{bearer}' } },
      },
      {
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/tokenreviews',
        body: { spec: { token: '{bearer}', audiences: ['a'] } },
      },
    ],
  },
];
