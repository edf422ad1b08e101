import { describe, expect, it } from 'vitest';
import { CommandError } from './command-error.ts';
import { describeError } from './describe-error.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';

function named(name: string, message: string, extra: object = {}): Error {
  return Object.assign(new Error(message), { name }, extra);
}

describe('exitCodeOf', () => {
  it('gives every kind of failure a code of its own', () => {
    const codes = Object.values(exitCodes).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('takes the code of a failure that the command itself named', () => {
    expect(exitCodeOf(new CommandError('provider', 'no such provider'))).toBe(3);
  });

  it('tells a forbidden request from an unreachable API server', () => {
    expect(exitCodeOf(named('KubeError', 'nodes is forbidden', { code: 403 }))).toBe(5);
    expect(exitCodeOf(named('KubeError', 'Unauthorized', { code: 401 }))).toBe(5);
    expect(exitCodeOf(named('KubeConnectionError', 'connect ECONNREFUSED'))).toBe(4);
  });

  it('knows the refusals of the library by name', () => {
    expect(exitCodeOf(named('NodeNotOursError', 'node "a" exists'))).toBe(2);
    expect(exitCodeOf(named('OnExitForbiddenError', '--on-exit=delete needs'))).toBe(5);
    expect(exitCodeOf(named('ContractVersionError', 'v9'))).toBe(3);
    expect(exitCodeOf(named('ClusterIdUnknownError', 'no kube-system'))).toBe(2);
    const forbidden = named('KubeError', 'namespaces is forbidden', { code: 403 });
    expect(exitCodeOf(named('ClusterIdUnknownError', 'may not be read', { cause: forbidden }))).toBe(5);
  });

  it('looks through the causes', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(exitCodeOf(new Error('cannot list nodes', { cause: refused }))).toBe(4);
  });

  it('knows a port that is in use, and takes an unreadable file for something else', () => {
    expect(exitCodeOf(named('Error', 'listen EADDRINUSE', { code: 'EADDRINUSE', syscall: 'listen' }))).toBe(6);
    expect(exitCodeOf(named('Error', 'open EACCES', { code: 'EACCES', syscall: 'open' }))).toBe(1);
  });

  it('gives 1 to what nobody foresaw, also when it is no error at all', () => {
    expect(exitCodeOf(new TypeError('x is not a function'))).toBe(1);
    expect(exitCodeOf('thrown text')).toBe(1);
  });
});

describe('describeError', () => {
  it('is one line however many lines the messages have', () => {
    expect(describeError(new Error('first\n  second\n'))).toBe('first second');
  });

  it('adds the cause once, and not when the message holds it already', () => {
    expect(describeError(new Error('cannot list', { cause: new Error('refused') }))).toBe('cannot list: refused');
    expect(describeError(named('KubeConnectionError', 'refused', { cause: new Error('ECONNREFUSED') }))).toBe(
      'refused',
    );
    expect(describeError(new Error('cannot list: refused', { cause: new Error('refused') }))).toBe(
      'cannot list: refused',
    );
  });
});
