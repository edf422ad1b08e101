import { describe, expect, it } from 'vitest';
import { refusal, ScriptedKubeClient } from '../testing/scripted-kube-client.ts';
import { ClusterIdUnknownError, readClusterId } from './cluster-id.ts';

const { signal } = new AbortController();

function clientThat(answer: ScriptedKubeClient['answer']): ScriptedKubeClient {
  const client = new ScriptedKubeClient();
  client.answer = answer;
  return client;
}

describe('readClusterId', () => {
  it('is the UID of kube-system', async () => {
    const client = clientThat(() => ({ metadata: { name: 'kube-system', uid: 'u-1' } }));
    await expect(readClusterId(client, signal)).resolves.toBe('u-1');
    expect(client.lines).toEqual(['GET /api/v1/namespaces/kube-system']);
  });

  it.each([
    ['is forbidden', 403, 'Forbidden'],
    ['finds nothing', 404, 'NotFound'],
  ])('names the flag when the read %s', async (_what, code, reason) => {
    const client = clientThat(() => {
      throw refusal(code, reason);
    });
    const failure = readClusterId(client, signal);
    await expect(failure).rejects.toBeInstanceOf(ClusterIdUnknownError);
    await expect(failure).rejects.toThrow('--cluster-id');
  });

  it('passes on any other failure as it is', async () => {
    const error = refusal(500, 'InternalError');
    const client = clientThat(() => {
      throw error;
    });
    await expect(readClusterId(client, signal)).rejects.toBe(error);
  });
});
