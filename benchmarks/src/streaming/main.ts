import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { dialPortForward, dialRemoteCommand } from '@vk/streaming';
import type { RemoteCommandClient } from '@vk/streaming';
import { serve } from './serve.ts';

const { values } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '400' },
    rounds: { type: 'string', default: '3' },
    serve: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const mebibytes = Number(values.mebibytes);
const bytes = mebibytes * 1024 * 1024;

async function drain(stream: ReadableStream<Uint8Array> | undefined): Promise<number> {
  let read = 0;
  for await (const chunk of stream ?? []) {
    read += chunk.length;
  }
  return read;
}

async function timed(name: string, run: () => Promise<number>): Promise<void> {
  const start = performance.now();
  const moved = await run();
  const seconds = (performance.now() - start) / 1000;
  if (moved !== bytes) {
    throw new Error(`${name}: ${moved} bytes instead of ${bytes}`);
  }
  console.log(`${name.padEnd(24)} ${(moved / seconds / 1e6).toFixed(0).padStart(6)} MB/s`);
}

function dial(
  port: number,
  transport: 'spdy' | 'websocket',
  command: readonly string[],
  stdin = false,
): Promise<RemoteCommandClient> {
  const query = [...command.map((part) => `command=${part}`), 'output=1', ...(stdin ? ['input=1'] : [])].join('&');
  const target = { url: `http://127.0.0.1:${port}/exec?${query}` };
  return dialRemoteCommand({ target, transport, stdin, stdout: true, stderr: false, tty: false });
}

/** What a command that failed moved says nothing. */
async function succeeded(client: RemoteCommandClient): Promise<void> {
  const outcome = await client.outcome;
  if ('failure' in outcome) throw new Error(outcome.failure);
  if (outcome.exitCode !== 0) throw new Error(`the command ended with ${outcome.exitCode}`);
}

async function commandRound(port: number, transport: 'spdy' | 'websocket'): Promise<void> {
  await timed(`exec out, ${transport}`, async () => {
    const client = await dial(port, transport, ['source', String(bytes)]);
    const read = await drain(client.stdout);
    await succeeded(client);
    return read;
  });
  await timed(`exec in, ${transport}`, async () => {
    const client = await dial(port, transport, ['sink'], true);
    const writer = client.stdin?.getWriter();
    const chunk = new Uint8Array(64 * 1024);
    for (let sent = 0; sent < bytes; sent += chunk.length) {
      await writer?.write(chunk);
    }
    await writer?.close();
    await succeeded(client);
    return bytes;
  });
}

async function forwardRound(port: number, transport: 'spdy' | 'tunnel'): Promise<void> {
  await timed(`port-forward, ${transport}`, async () => {
    const client = await dialPortForward({ target: { url: `http://127.0.0.1:${port}/portForward` }, transport });
    const { stream } = await client.open(mebibytes);
    const read = await drain(stream.readable);
    await client.close();
    return read;
  });
}

async function main(): Promise<void> {
  const child = fork(new URL(import.meta.url), ['--serve']);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  try {
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const transport of ['spdy', 'websocket'] as const) {
        await commandRound(port, transport);
      }
      for (const transport of ['spdy', 'tunnel'] as const) {
        await forwardRound(port, transport);
      }
    }
    for (const transport of ['spdy', 'websocket'] as const) {
      const client = await dial(port, transport, ['stall']);
      await setTimeout(2000);
      child.send('memory');
      const [memory] = (await once(child, 'message')) as [{ held: number; resident: number }];
      const [held, resident] = [memory.held / 1024, memory.resident / 1024 / 1024];
      console.log(
        `a reader that stops, ${transport}: ${held.toFixed(0)} KiB held, ${resident.toFixed(0)} MiB resident`,
      );
      await client.close();
    }
  } finally {
    child.kill();
  }
}

if (values.help) {
  console.log(`Bytes per second of exec and port-forward between two processes on loopback, and what the server holds for a client
that does not read.

  --mebibytes N   how much goes over in each run, up to 65535 (400)
  --rounds N      rounds (3)`);
} else if (values.serve) {
  serve();
} else {
  await main();
}
