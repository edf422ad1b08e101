import { acceptPortForward, acceptRemoteCommand, readPortForwardQuery, readRemoteCommandQuery } from '@vk/streaming';
import type { PortForwardSession, StreamSession } from '@vk/streaming';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** What came through to the node. */
export interface CommandNode {
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
  commands: StreamSession[];
  forwards: PortForwardSession[];
  /** Resolves when the next command waits. */
  waiting: Promise<StreamSession>;
}

async function run([name = '', argument = '']: readonly string[], session: StreamSession): Promise<void> {
  const { stdin, stdout, stderr } = session;
  const say = async (stream: typeof stdout, text: string): Promise<void> => {
    const writer = stream?.getWriter();
    await writer?.write(Buffer.from(text));
    writer?.releaseLock();
  };
  switch (name) {
    case 'cat':
      if (stdin !== undefined && stdout !== undefined) await stdin.pipeTo(stdout, { preventClose: true });
      await session.finish({ exitCode: 0 });
      return;
    case 'exit':
      await say(stdout, 'out');
      await say(stderr, 'err');
      await session.finish({ exitCode: Number(argument) });
      return;
    case 'sizes': {
      let left = Number(argument);
      for await (const { width, height } of session.resizes) {
        await say(stdout, `${width}x${height} `);
        left -= 1;
        if (left === 0) break;
      }
      await session.finish({ exitCode: 0 });
      return;
    }
    case 'die':
      session.abort(new Error('the node died'));
      return;
    default:
      await new Promise<void>((resolve) => session.signal.addEventListener('abort', () => resolve(), { once: true }));
  }
}

/** A node that runs a few commands, and echoes on every port but 81. */
export function commandNode(): CommandNode {
  const commands: StreamSession[] = [];
  const forwards: PortForwardSession[] = [];
  const next = Promise.withResolvers<StreamSession>();
  return {
    commands,
    forwards,
    waiting: next.promise,
    async onUpgrade(request, socket, head) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'https://node');
      if (pathname.startsWith('/portForward')) {
        const session = await acceptPortForward(request, socket, head, {
          ports: readPortForwardQuery(searchParams),
          forward: async ({ stream, port }) => {
            if (port === 81) throw new Error('nobody listens');
            await stream.readable.pipeTo(stream.writable);
          },
        });
        forwards.push(session);
        return;
      }
      const query = readRemoteCommandQuery(searchParams);
      const session = await acceptRemoteCommand(request, socket, head, query);
      commands.push(session);
      next.resolve(session);
      await run(query.command, session);
    },
  };
}
