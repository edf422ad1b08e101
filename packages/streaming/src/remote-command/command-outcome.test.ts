import { describe, expect, test } from 'vitest';
import { decodeOutcome, encodeOutcome } from './command-outcome.ts';

const status = (outcome: Parameters<typeof encodeOutcome>[0]): unknown =>
  JSON.parse(String(encodeOutcome(outcome, true)));

describe('the outcome of a command', () => {
  test('is a Status in the form in which client-go reads exit codes', () => {
    expect(status({ exitCode: 0 })).toEqual({ metadata: {}, status: 'Success' });
    expect(status({ exitCode: 3 })).toEqual({
      metadata: {},
      status: 'Failure',
      message: 'command terminated with non-zero exit code: 3',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    });
    expect(status({ failure: 'boom' })).toMatchObject({
      status: 'Failure',
      reason: 'InternalError',
      code: 500,
      message: 'boom',
    });
  });

  test('with a code that clients cannot be told is 255, never a success', () => {
    for (const exitCode of [256, -1, 3_221_225_786, 1.5]) {
      expect(decodeOutcome(encodeOutcome({ exitCode }, true), true)).toEqual({ exitCode: 255 });
    }
  });

  test('is nothing for a success, and a line otherwise, where there is no Status', () => {
    expect(String(encodeOutcome({ exitCode: 0 }, false))).toBe('');
    expect(String(encodeOutcome({ exitCode: 2 }, false))).toBe('command terminated with non-zero exit code: 2');
    expect(decodeOutcome(Buffer.from(''), false)).toEqual({ exitCode: 0 });
    expect(decodeOutcome(Buffer.from('line'), false)).toEqual({ failure: 'line' });
  });

  test('that never came, or is no Status, is an error and no success', () => {
    expect(() => decodeOutcome(Buffer.from(''), true)).toThrow('without a Status');
    expect(() => decodeOutcome(Buffer.from('text'), true)).toThrow('no Status');
    expect(() => decodeOutcome(Buffer.from('null'), true)).toThrow('neither Success nor Failure');
    expect(() => decodeOutcome(Buffer.from('{"status":"Perhaps"}'), true)).toThrow('neither Success nor Failure');
  });

  test('without a readable exit code is a failure with its message', () => {
    const text =
      '{"status":"Failure","reason":"NonZeroExitCode","message":"m","details":{"causes":[{"reason":"ExitCode","message":"x"}]}}';
    expect(decodeOutcome(Buffer.from(text), true)).toEqual({ failure: 'm', reason: 'NonZeroExitCode' });
  });
});
