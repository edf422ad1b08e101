import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { acceptPortForward, acceptRemoteCommand, readRemoteCommandQuery } from '@vk/streaming';
import { Terminal } from '@vk/node/provider';
import type { ContainerStreams, TerminalSize } from '@vk/node/provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forwardPort } from './forward-port.ts';
import { runStreams } from './run-streams.ts';
import { streamingTarget } from './streaming-target.ts';

const signal = new AbortController().signal;
const idleMilliseconds = 60_000;
let server: Server;
let address: string;
const sizes: TerminalSize[] = [];

/** The streaming server of a runtime: its commands give back what is typed, in upper case, and exit with 3. */
beforeEach(async () => {
  sizes.length = 0;
  server = createServer();
  server.on('upgrade', (request, socket, head) => {
    const { searchParams, pathname } = new URL(request.url ?? '', 'http://runtime');
    const serve = async (): Promise<void> => {
      if (pathname === '/forward') {
        await acceptPortForward(request, socket, head, {
          ports: [],
          forward: async ({ port, stream }) => {
            if (port === 1) throw new Error('connection refused');
            await stream.readable.pipeTo(stream.writable);
          },
        });
        return;
      }
      const session = await acceptRemoteCommand(request, socket, head, readRemoteCommandQuery(searchParams));
      const writer = session.stdout?.getWriter();
      if (session.tty) for await (const size of session.resizes) if (sizes.push(size) === 2) break;
      for await (const part of session.stdin ?? []) {
        await writer?.write(Buffer.from(Buffer.from(part).toString().toUpperCase()));
      }
      await session.finish(pathname === '/fails' ? { failure: 'no such command' } : { exitCode: 3 });
    };
    serve().catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function* resizes(...list: TerminalSize[]): AsyncGenerator<TerminalSize> {
  yield* list;
  await Promise.resolve();
}

function streams(input: string, tty = false): { readonly io: ContainerStreams; readonly said: () => string } {
  const parts: Uint8Array[] = [];
  const stdout = new WritableStream<Uint8Array>({ write: (part) => void parts.push(part) });
  const io = {
    stdin: new Blob([input]).stream(),
    stdout,
    tty,
    resizes: resizes(
      ...(tty
        ? [
            { width: 80, height: 24 },
            { width: 100, height: 30 },
          ]
        : []),
    ),
  };
  return { io, said: () => Buffer.concat(parts).toString() };
}

const at = (path: string): { url: URL; idleMilliseconds: number; signal: AbortSignal } => ({
  url: new URL(path, address),
  idleMilliseconds,
  signal,
});

describe('a command in a container', () => {
  it('hears its input to the end, and gives its output and exit code', async () => {
    const { io, said } = streams('typed');
    expect(await runStreams(io, at('/exec/token?input=1&output=1'))).toBe(3);
    expect(said()).toBe('TYPED');
  });

  it('with a terminal is told its sizes', async () => {
    const { io } = streams('typed', true);
    expect(await runStreams(io, at('/exec/token?input=1&output=1&tty=1'))).toBe(3);
    expect(sizes).toEqual([
      { width: 80, height: 24 },
      { width: 100, height: 30 },
    ]);
  });

  it('goes on when its sizes can no longer be told', async () => {
    const { io } = streams('typed', true);
    async function* failing(): AsyncGenerator<TerminalSize> {
      yield* io.resizes;
      throw new Error('the client has gone');
    }
    expect(await runStreams({ ...io, resizes: failing() }, at('/exec/token?input=1&output=1&tty=1'))).toBe(3);
  });

  it('lets go of the source of its sizes when it has ended', async () => {
    const { io } = streams('typed', true);
    const first = io.resizes[Symbol.asyncIterator]();
    const never = Promise.withResolvers<IteratorResult<TerminalSize>>();
    let ended = false;
    const source = {
      next: async () => {
        const next = await first.next();
        return next.done === true ? never.promise : next;
      },
      return: () => {
        ended = true;
        return Promise.resolve({ done: true as const, value: undefined });
      },
    };
    await runStreams(
      { ...io, resizes: { [Symbol.asyncIterator]: () => source } },
      at('/exec/token?input=1&output=1&tty=1'),
    );
    expect(ended).toBe(true);
  });

  it('that could not be run fails with the words of the runtime', async () => {
    const { io } = streams('');
    const failed = { code: 'StreamFailed', message: expect.stringContaining('no such command') as string };
    await expect(runStreams(io, at('/fails?input=1&output=1'))).rejects.toMatchObject(failed);
  });

  it('ends when its caller goes away', async () => {
    const leaving = new AbortController();
    const { io } = streams('');
    const endless = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from('typed')) });
    // It goes once the command has answered.
    const stdout = new WritableStream<Uint8Array>({ write: () => leaving.abort(new Error('the caller is gone')) });
    const running = runStreams(
      { ...io, stdin: endless, stdout },
      { ...at('/exec/token?input=1&output=1'), signal: leaving.signal },
    );
    await expect(running).rejects.toThrow('the caller is gone');
  });
});

describe('a port of a sandbox', () => {
  it('is joined to the stream of the caller, both ways', async () => {
    const { io, said } = streams('there and back');
    const writable = io.stdout ?? new WritableStream<Uint8Array>();
    await forwardPort(80, { readable: new Blob(['there and back']).stream(), writable }, at('/forward'));
    expect(said()).toBe('there and back');
  });

  it('at which nobody listens is said so', async () => {
    const stream = { readable: new Blob(['x']).stream(), writable: new WritableStream<Uint8Array>() };
    await expect(forwardPort(1, stream, at('/forward'))).rejects.toThrow('connection refused');
  });
});

it('nothing is dialled at another host than those that are allowed', () => {
  expect(() => streamingTarget(address, { allowedHosts: ['192.0.2.1'] })).toThrow(Terminal);
});
