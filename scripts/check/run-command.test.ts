import { expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

const node = process.execPath;

test('the output of both streams is handed back', async () => {
  const result = await runCommand([node, '-e', 'console.log("out"); console.error("err")'], { directory: '.' });
  expect(result.ok).toBe(true);
  expect(result.output.split('\n').toSorted()).toEqual(['', 'err', 'out']);
});

test('an exit code other than 0 is a failure', async () => {
  expect((await runCommand([node, '-e', 'process.exit(3)'], { directory: '.' })).ok).toBe(false);
});

test('a program that is not there is a failure that names it', async () => {
  const result = await runCommand(['no-such-program-here'], { directory: '.' });
  expect(result).toEqual({ ok: false, output: expect.stringContaining('no-such-program-here could not be started') });
});
