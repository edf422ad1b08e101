import { expect, it } from 'vitest';
import { CallAbandonedError, CallTimeoutError, PodDeletedError } from '../pods/call-errors.ts';
import { NotFound } from '../provider/errors/not-found.ts';
import { RetryAfter } from '../provider/errors/retry-after.ts';
import { callFailure } from './call-failure.ts';

it('names what a call failed with in one of a few words', () => {
  expect(callFailure(new NotFound('gone'))).toBe('NotFound');
  expect(callFailure(new RetryAfter(10))).toBe('RetryAfter');
  expect(callFailure(new CallTimeoutError('getPod', 1))).toBe('CallTimeout');
  expect(callFailure(new CallAbandonedError('getPod'))).toBe('CallAbandoned');
  expect(callFailure(new PodDeletedError())).toBe('Aborted');
  expect(callFailure(AbortSignal.abort().reason)).toBe('Aborted');
});

it('takes no word of a backend for one of its own', () => {
  expect(callFailure(Object.assign(new Error('x'), { code: 'NotFound' }))).toBe('Error');
  expect(callFailure(Object.assign(new Error('x'), { code: 'i-0123456789' }))).toBe('Error');
  expect(callFailure('thrown text')).toBe('Error');
});
