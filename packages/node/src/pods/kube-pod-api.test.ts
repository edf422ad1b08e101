import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { refusal, ScriptedKubeClient } from '../testing/scripted-kube-client.ts';
import { KubePodApi } from './kube-pod-api.ts';

const ref = { namespace: 'default', name: 'web', uid: 'web-uid' };
const { signal } = new AbortController();

function setUp(answer: ScriptedKubeClient['answer']) {
  const client = new ScriptedKubeClient();
  client.answer = answer;
  return { client, api: new KubePodApi({ client, nodeName: 'n', clock: new FakeClock(), concurrency: 4 }) };
}

/** Answers a LIST with these pods and refuses a DELETE. */
function refusing(code: number, reason: string, uid: string): ScriptedKubeClient['answer'] {
  return ({ method }) => {
    if (method === 'DELETE') throw refusal(code, reason);
    return { metadata: {}, items: [samplePod({ uid })] };
  };
}

describe('the pod loop at an API server', () => {
  it('names the uid in every write', async () => {
    const { client, api } = setUp(() => ({}));
    await api.patchStatus(ref, { phase: 'Running' }, signal);
    await api.endPod(ref, signal);
    expect(client.requests.map(({ body }) => body)).toMatchObject([
      { metadata: { uid: 'web-uid' }, status: { phase: 'Running' } },
      { gracePeriodSeconds: 0, preconditions: { uid: 'web-uid' } },
    ]);
  });

  it('asks for the metadata alone of a pod whose status it wrote, and gives the new version', async () => {
    const { client, api } = setUp(() => ({ metadata: { resourceVersion: '7' } }));
    await expect(api.patchStatus(ref, { phase: 'Running' }, signal)).resolves.toBe('7');
    expect(client.requests[0]?.accept).toContain('as=PartialObjectMetadata');
  });

  it('takes a pod for gone when it is not found, and when a look says that the name belongs to another', async () => {
    const missing = setUp(refusing(404, 'NotFound', 'any'));
    await expect(missing.api.endPod(ref, signal)).resolves.toBe(true);
    const replaced = setUp(refusing(409, 'Conflict', 'another'));
    await expect(replaced.api.endPod(ref, signal)).resolves.toBe(true);
  });

  it('does not take a delete that lost a race for one that worked', async () => {
    const { api } = setUp(refusing(409, 'Conflict', 'web-uid'));
    await expect(api.endPod(ref, signal)).rejects.toMatchObject({ code: 409 });
  });

  it('tells a pod that finalizers hold from one that is gone, by the metadata alone', async () => {
    const { client, api } = setUp(() => ({ metadata: { finalizers: ['example.com/keep'] } }));
    await expect(api.endPod(ref, signal)).resolves.toBe(false);
    expect(client.requests[0]?.accept).toContain('as=PartialObjectMetadata');
    await expect(setUp(() => ({ metadata: {} })).api.endPod(ref, signal)).resolves.toBe(true);
    await expect(setUp(() => ({ kind: 'Status' })).api.endPod(ref, signal)).resolves.toBe(true);
  });

  it('asks by a list of its own, and takes a refusal for no answer', async () => {
    const { client, api } = setUp(() => ({ metadata: {}, items: [] }));
    await expect(api.isGone(ref, signal)).resolves.toBe(true);
    expect(client.requests[0]).toMatchObject({
      path: '/api/v1/namespaces/default/pods',
      query: { fieldSelector: 'spec.nodeName=n,metadata.name=web' },
    });
    const forbidden = setUp(() => {
      throw refusal(403, 'Forbidden');
    });
    await expect(forbidden.api.isGone(ref, signal)).rejects.toMatchObject({ code: 403 });
  });
});
