import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { acceptPortForward, acceptRemoteCommand, readRemoteCommandQuery } from '@vk/streaming';
import type { CommandOutcome, ForwardConnection, StreamSession } from '@vk/streaming';

const chunk = new Uint8Array(64 * 1024);

async function fill(writable: WritableStream<Uint8Array> | undefined, bytes: number): Promise<void> {
  const writer = writable?.getWriter();
  for (let left = bytes; left > 0; left -= chunk.length) {
    await writer?.write(left < chunk.length ? chunk.subarray(0, left) : chunk);
  }
  writer?.releaseLock();
}

/** `source N` writes N bytes, `sink` reads all of its input, `stall` writes to a client that does not read. */
async function run([name, argument]: readonly string[], session: StreamSession): Promise<void> {
  if (name === 'source') {
    await fill(session.stdout, Number(argument));
  } else if (name === 'sink' && session.stdin !== undefined) {
    await session.stdin.pipeTo(new WritableStream());
  } else if (name === 'stall') {
    await fill(session.stdout, Number.MAX_SAFE_INTEGER);
  } else {
    throw new Error(`there is no command ${name}`);
  }
}

/** A command whose client has gone ends with it; any other failure is told to the client. */
async function outcomeOf(command: readonly string[], session: StreamSession): Promise<CommandOutcome> {
  try {
    await run(command, session);
    return { exitCode: 0 };
  } catch (error) {
    if (!session.signal.aborted) console.error(error);
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/** The port is how many MiB come back. */
const forward: ForwardConnection = ({ port, stream }) => fill(stream.writable, port * 1024 * 1024);

/** Serves until it is killed, and says on which port. Memory is said whenever the parent asks. */
export function serve(): void {
  const sessions = new Set<StreamSession>();
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://node');
    const served =
      pathname === '/portForward'
        ? acceptPortForward(request, socket, head, { ports: [], forward }).then(({ closed }) => closed)
        : (async () => {
            const { command, ...streams } = readRemoteCommandQuery(searchParams);
            const session = await acceptRemoteCommand(request, socket, head, streams);
            sessions.add(session);
            try {
              await session.finish(await outcomeOf(command, session));
            } finally {
              sessions.delete(session);
            }
          })();
    served.catch((error: unknown) => console.error(error));
  });
  process.on('message', () => {
    const held = [...sessions].reduce((bytes, session) => bytes + session.bufferedBytes, 0);
    process.send?.({ held, resident: process.memoryUsage().rss });
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
}
