import type { TerminalSize } from '@vk/node/provider';
import { expect, it } from 'vitest';
import { collector, startTerminal, testContainer } from '../testing/test-container.ts';
import { runCommand } from './run-command.ts';

it('a shell on a terminal prompts, echoes what is typed, and ends with exit', async () => {
  const session = startTerminal(testContainer(), ['sh']);
  await session.output.shows('/ # ');
  session.type('cd /tmp\r');
  await session.output.shows('/tmp # ');
  session.type('echo $((6*7)); exit 5\r');
  expect(await session.exitCode).toBe(5);
  expect(session.output.text()).toBe('/ # cd /tmp\r\n/tmp # echo $((6*7)); exit 5\r\n42\r\n');
});

it('a line can be edited before it is sent, also letters of several bytes', async () => {
  const session = startTerminal(testContainer(), ['cat']);
  session.type('wrong\u0015rightx\u007f é\u007fß two\u0017one\r');
  await session.output.shows('\r\nright ß one\r\n');
  session.type('\u0004');
  expect(await session.exitCode).toBe(0);
});

it('keys that mean nothing here, such as arrows, leave the line alone', async () => {
  const session = startTerminal(testContainer(), ['cat']);
  session.type('a\u001b[Ab\u001bOCc\r');
  await session.output.shows('abc\r\nabc\r\n');
  session.hangUp();
  expect(await session.exitCode).toBe(0);
});

it('Ctrl-C ends a command with 130', async () => {
  const session = startTerminal(testContainer(), ['sleep', 'infinity']);
  session.type('\u0003');
  expect(await session.exitCode).toBe(130);
  expect(session.output.text()).toBe('^C\r\n');
});

it('Ctrl-C in a shell ends the command in it, not the shell, and throws a line away that is not sent', async () => {
  const session = startTerminal(testContainer(), ['sh']);
  session.type('sleep infinity; echo never\r');
  await session.output.shows('never\r\n');
  session.type('\u0003');
  await session.output.shows('^C\r\n/ # ');
  session.type('half\u0003');
  await session.output.shows('half^C\r\n/ # ');
  session.type('echo $?\r');
  await session.output.shows('130\r\n');
  session.type('\u0004');
  expect(await session.exitCode).toBe(0);
});

it('stty knows the size, and follows it', async () => {
  const session = startTerminal(testContainer(), ['sh']);
  session.resize({ width: 80, height: 24 });
  session.type('stty size\r');
  await session.output.shows('24 80\r\n');
  session.resize({ width: 132, height: 50 });
  session.type('stty size\r');
  await session.output.shows('50 132\r\n');
  session.hangUp();
  expect(await session.exitCode).toBe(0);
});

it('echo can be switched off', async () => {
  const session = startTerminal(testContainer(), ['sh']);
  session.type('stty -echo\r');
  await session.output.shows('stty -echo\r\n/ # ');
  session.type('echo se""cret; exit\r');
  await session.exitCode;
  expect(session.output.text()).toBe('/ # stty -echo\r\n/ # secret\r\n');
});

it('what a command on a terminal does not find is said on the terminal', async () => {
  const session = startTerminal(testContainer(), ['nosuchprogram']);
  expect(await session.exitCode).toBe(127);
  expect(session.output.text()).toBe('sh: nosuchprogram: not found\r\n');
});

it('a line is cut where a terminal of Linux cuts it, and what is typed beyond is not kept', async () => {
  const session = startTerminal(testContainer(), ['wc', '-c']);
  session.type(`stty\r${'x'.repeat(10_000)}\r`);
  session.type('\u0004');
  await session.exitCode;
  expect(session.output.text()).toMatch(/\b4101\r\n$/u);
});

it('whoever types far ahead of the program waits for it', async () => {
  let pulls = 0;
  const stdin = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        pulls += 1;
        await new Promise((resolve) => setImmediate(resolve));
        controller.enqueue(Buffer.from('x\r'.repeat(100)));
      },
    },
    { highWaterMark: 0 },
  );
  const over = new AbortController();
  const resizes = new ReadableStream<TerminalSize>();
  const io = { stdin, stdout: collector().stream, tty: true, resizes };
  const ended = runCommand(testContainer(), ['sleep', 'infinity'], io, over.signal);
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(pulls).toBeLessThan(20);
  over.abort(new Error('the test is over'));
  await expect(ended).rejects.toThrow('the test is over');
});
