import { describe, expect, it } from 'vitest';
import {
  isAlreadyExists,
  isConflict,
  isExpired,
  isForbidden,
  isInvalid,
  isNotFound,
  isTooManyRequests,
  isUidMismatch,
  isUnauthorized,
  KubeError,
  throttledBy,
} from './kube-error.ts';
import { connectionErrorFrom } from './kube-connection-error.ts';

function error(code: number, reason = '', more: object = {}): KubeError {
  return new KubeError({ code, status: { kind: 'Status', reason, message: reason, ...more } });
}

describe('KubeError', () => {
  it('is told apart by code and reason', () => {
    expect(isNotFound(error(404, 'NotFound'))).toBe(true);
    expect(isUnauthorized(error(401))).toBe(true);
    expect(isForbidden(error(403))).toBe(true);
    expect(isInvalid(error(422))).toBe(true);
    expect(isTooManyRequests(error(429))).toBe(true);
    expect([isConflict(error(409, 'Conflict')), isAlreadyExists(error(409, 'Conflict'))]).toEqual([true, false]);
    expect([isConflict(error(409, 'AlreadyExists')), isAlreadyExists(error(409, 'AlreadyExists'))]).toEqual([
      false,
      true,
    ]);
    expect([isExpired(error(410, 'Gone')), isExpired(error(500, 'Expired')), isExpired(error(500))]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isNotFound(new Error('404'))).toBe(false);
  });

  it('knows that the uid is not there from each of the answers that the API server gives', () => {
    const causes = [{ reason: 'FieldValueInvalid', field: 'metadata.uid' }];
    expect(isUidMismatch(error(422, 'Invalid', { details: { causes } }))).toBe(true);
    expect(isUidMismatch(error(422, 'Invalid', { details: { causes: [{ field: 'status.podIPs' }] } }))).toBe(false);
    const lost = 'Operation cannot be fulfilled on pods "uid": the object has been modified';
    const messages = [
      'Precondition failed: UID in precondition: a, UID in object meta: b',
      'the UID in the precondition (a) does not match the UID in record (b)',
      'uid mismatch: the provided object specified uid a, and no existing object was found',
      lost,
    ];
    const told = messages.filter((message) => isUidMismatch(error(409, 'Conflict', { message })));
    expect(told).toEqual(messages.filter((message) => message !== lost));
  });

  it('says which answers ask to slow down', () => {
    const later = new KubeError({ code: 503, status: {}, retryAfterMilliseconds: 2_000 });
    expect(throttledBy(later)).toEqual({ retryAfterMilliseconds: 2_000 });
    expect(throttledBy(error(429))).toEqual({});
    expect(throttledBy(error(503))).toBe(undefined);
    expect(throttledBy(error(500))).toBe(undefined);
    expect(throttledBy(new Error('429'))).toBe(undefined);
  });

  it('reads well without a message too', () => {
    expect(new KubeError({ code: 500, status: {} }).message).toBe('the API server gave no message (500)');
  });
});

describe('connectionErrorFrom', () => {
  it('finds the code where Node.js puts it', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED ::1:1'), { code: 'ECONNREFUSED' });
    for (const cause of [refused, new AggregateError([refused]), new Error('failed', { cause: refused })]) {
      expect(connectionErrorFrom(cause, 'https://api')).toMatchObject({
        code: 'ECONNREFUSED',
        message: 'no answer from the API server at https://api: connection refused',
        cause,
      });
    }
  });

  it('says what it was told when it does not know better', () => {
    expect(connectionErrorFrom(new Error('odd'), 'https://api').message).toContain(': odd');
    expect(connectionErrorFrom('text', 'https://api')).toMatchObject({ code: 'UNKNOWN' });
  });
});
