import { describe, expect, it } from 'vitest';
import { KubeError } from '../kube/kube-error.ts';
import { refused } from '../testing/fake-pod-api.ts';
import { isMissingPod, retryOfKubeError } from './kube-retry.ts';

describe('isMissingPod', () => {
  it('knows the three answers of an API server to a patch that names a uid which is not there', () => {
    const field = { code: 422, reason: 'Invalid', details: { causes: [{ field: 'metadata.uid' }] } };
    expect(isMissingPod(refused(404, 'NotFound', 'pods "web" not found'))).toBe(true);
    expect(isMissingPod(refused(409, 'Conflict', 'uid mismatch: the provided object specified uid a'))).toBe(true);
    expect(isMissingPod(new KubeError({ code: 422, status: field }))).toBe(true);
  });

  it('takes a lost race, another invalid field and a refusal for no proof of anything', () => {
    expect(isMissingPod(refused(409, 'Conflict', 'the object has been modified'))).toBe(false);
    expect(isMissingPod(refused(422, 'Invalid', 'status.podIPs[0]: Invalid value'))).toBe(false);
    expect(isMissingPod(refused(403, 'Forbidden', 'no'))).toBe(false);
    expect(isMissingPod(new Error('socket hang up'))).toBe(false);
  });
});

describe('retryOfKubeError', () => {
  it('tries everything again, after the time that the server asked for', () => {
    expect(retryOfKubeError(new Error('x'))).toEqual({ retry: true });
    const busy = new KubeError({ code: 429, status: {}, retryAfterMilliseconds: 3_000 });
    expect(retryOfKubeError(busy)).toEqual({ retry: true, afterMilliseconds: 3_000 });
  });
});
