import { acceptPortForward } from '../port-forward/accept-port-forward.ts';
import { acceptRemoteCommand } from '../remote-command/accept-remote-command.ts';
import { readRemoteCommandQuery } from '../remote-command/remote-command-query.ts';
import { runCommand } from './run-command.ts';
import { startStreamingServer, type StreamingServer } from './streaming-server.ts';

/** The streaming server of a runtime: commands, and under `/forward` port-forward to an echo. */
export async function startStreamingRuntime(): Promise<StreamingServer & { readonly url: string }> {
  const server = await startStreamingServer(async (request, socket, head) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://runtime');
    if (pathname === '/forward') {
      await acceptPortForward(request, socket, head, {
        ports: [],
        forward: async ({ stream }) => stream.readable.pipeTo(stream.writable),
      });
      return;
    }
    const { command, ...streams } = readRemoteCommandQuery(searchParams);
    const session = await acceptRemoteCommand(request, socket, head, streams);
    await session.finish(await runCommand(command, session));
  });
  return { ...server, url: `http://127.0.0.1:${server.port}` };
}
