import { afterEach, expect, test } from 'vitest';
import type { Logger } from '../../provider/logger.ts';
import type { Provider } from '../../provider/provider.ts';
import { sampleNode } from '../testing/sample-node.ts';
import { readText, startApi, type StartedApi } from '../testing/start-api.ts';
import { writeText } from '../testing/streams.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(runInContainer: NonNullable<Provider['runInContainer']>): Promise<StartedApi> {
  const api = await startApi({ node: sampleNode({ provider: { runInContainer } }) });
  stops.push(api.stop);
  return api;
}

const run = { method: 'POST' };

test('the answer is all that the command printed on both streams, in order', async () => {
  const commands: (readonly string[])[] = [];
  const { get } = await start(async (_ref, _container, command, io) => {
    commands.push(command);
    expect(io.stdin).toBeUndefined();
    await writeText(io.stdout, 'a');
    await writeText(io.stderr, 'b');
    await writeText(io.stdout, 'c');
    return { exitCode: 0 };
  });
  expect(await get('/run/default/web/app?cmd=ls%20-l%20/tmp', run)).toMatchObject({ status: 200, body: 'abc' });
  expect(await get('/run/default/web/uid-of-web/app?cmd=ls', run)).toMatchObject({ status: 200 });
  expect(commands).toEqual([['ls', '-l', '/tmp'], ['ls']]);
});

test('a command that does not end with 0 is 500 with its code and output', async () => {
  const { get } = await start(async (_ref, _container, _command, io) => {
    await writeText(io.stderr, 'no such file');
    return { exitCode: 2 };
  });
  expect(await get('/run/default/web/app?cmd=ls%20x', run)).toMatchObject({
    status: 500,
    body: "command 'ls x' exited with 2: no such file\n",
  });
});

test('what a command is and prints goes to who asked, byte by byte, and to no log', async () => {
  const lines: string[] = [];
  const note = (message: string, fields?: object): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Logger = { debug: note, info: note, warn: note, error: note, with: () => log };
  const runInContainer: Provider['runInContainer'] = async (_ref, _container, command, io) => {
    const writer = io.stdout?.getWriter();
    await writer?.write(Buffer.from([0xff, 0x00, 0x80]));
    return { exitCode: command[0] === 'fail' ? 1 : 0 };
  };
  const api = await startApi({ node: sampleNode({ provider: { runInContainer } }), log });
  stops.push(api.stop);
  const answer = await api.open('/run/default/web/app?cmd=cat%20/secret', run);
  answer.setEncoding('latin1');
  expect(await readText(answer)).toBe('\xff\x00\x80');
  expect(await api.get('/run/default/web/app?cmd=fail%20/secret', run)).toMatchObject({ status: 500 });
  expect(lines.join('\n')).toContain('Somebody reaches into a pod');
  expect(lines.join('\n')).not.toMatch(/secret|exited/);
});

test('a container or pod that is not there is 404, and a missing command 400', async () => {
  const { get } = await start(async () => ({ exitCode: 0 }));
  expect(await get('/run/default/gone/app?cmd=ls', run)).toMatchObject({ status: 404 });
  expect(await get('/run/default/web/gone?cmd=ls', run)).toMatchObject({ status: 404 });
  expect(await get('/run/default/web/other-uid/app?cmd=ls', run)).toMatchObject({ status: 404 });
  expect(await get('/run/default/web/app', run)).toMatchObject({ status: 400 });
});

test('a command that prints without end is stopped, and its output is not kept', async () => {
  const { get } = await start(async (_ref, _container, _command, io, { signal }) => {
    const block = 'x'.repeat(1024 * 1024);
    while (!signal.aborted) await writeText(io.stdout, block);
    throw signal.reason;
  });
  const answer = await get('/run/default/web/app?cmd=yes', run);
  expect(answer.status).toBe(500);
  expect(answer.body).toContain('printed more than');
});
