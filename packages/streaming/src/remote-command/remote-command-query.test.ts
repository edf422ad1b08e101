import { describe, expect, test } from 'vitest';
import { readRemoteCommandQuery } from './remote-command-query.ts';

describe('the query of a remote command', () => {
  test('asks for streams by 1, and for no stderr where there is a terminal', () => {
    const read = (text: string): unknown => readRemoteCommandQuery(new URLSearchParams(text));
    expect(read('command=sh&command=-c&input=1&output=1&error=1&tty=1')).toEqual({
      command: ['sh', '-c'],
      stdin: true,
      stdout: true,
      stderr: false,
      tty: true,
    });
    expect(read('output=true&error=1')).toMatchObject({ stdin: false, stdout: false, stderr: true, tty: false });
  });

  test('without any stream is refused with 400', () => {
    expect(() => readRemoteCommandQuery(new URLSearchParams('command=ls&tty=1&error=1'))).toThrow(
      'at least 1 of stdin',
    );
  });
});
