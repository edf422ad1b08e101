import {
  acceptRemoteCommand,
  canProxyRemoteCommand,
  proxyRemoteCommand,
  readRemoteCommandQuery,
  type CommandOutcome,
  type StreamSession,
} from '@vk/streaming';
import type { AskedStreams, ContainerStreams } from '../../provider/run-in-container.ts';
import type { ApiCall } from '../api-call.ts';
import { HttpError } from '../errors/http-error.ts';
import { containerOfCall } from '../pods/pod-of-call.ts';
import { readQuery } from './read-query.ts';
import { runSession } from './run-session.ts';
import { serveProxied } from './serve-proxied.ts';
import { streamingOptions, type StreamServer } from './upgrade.ts';

/** `/exec`: a command in a container. */
export function serveExec(call: ApiCall): StreamServer {
  const { command, ...streams } = readQuery(call, readRemoteCommandQuery);
  const { ref, container } = containerOfCall(call);
  if (command.length === 0) throw new HttpError(400, 'you must specify a command');
  const { provider } = call.node;
  const runInContainer = provider.runInContainer?.bind(provider);
  if (runInContainer === undefined) throw new HttpError(501, 'the provider runs no commands');
  const getExec = provider.getExec?.bind(provider);
  return serveProxied(call, {
    method: 'getExec',
    ref,
    getAddress: getExec && ((context) => getExec(ref, container, command, streams, context)),
    canProxy: canProxyRemoteCommand,
    proxy: ({ request, socket, head }, options) =>
      proxyRemoteCommand(request, socket, head, { ...streams, ...options }),
    otherwise: serveCommand(call, streams, (io, signal) => {
      const context = call.services.providerCalls.subscription({ method: 'runInContainer', ref }, signal);
      return runInContainer(ref, container, command, io, context);
    }),
  });
}

/** `/attach`: the main process of a container. */
export function serveAttach(call: ApiCall): StreamServer {
  const { command: _, ...streams } = readQuery(call, readRemoteCommandQuery);
  const { ref, container } = containerOfCall(call);
  const { provider } = call.node;
  const attachToContainer = provider.attachToContainer?.bind(provider);
  if (attachToContainer === undefined) throw new HttpError(501, 'the provider attaches to nothing');
  const getAttach = provider.getAttach?.bind(provider);
  return serveProxied(call, {
    method: 'getAttach',
    ref,
    getAddress: getAttach && ((context) => getAttach(ref, container, streams, context)),
    canProxy: canProxyRemoteCommand,
    proxy: ({ request, socket, head }, options) =>
      proxyRemoteCommand(request, socket, head, { ...streams, ...options }),
    otherwise: serveCommand(call, streams, async (io, signal) => {
      const context = call.services.providerCalls.subscription({ method: 'attachToContainer', ref }, signal);
      await attachToContainer(ref, container, io, context);
      return { exitCode: 0 };
    }),
  });
}

function serveCommand(
  call: ApiCall,
  streams: AskedStreams,
  invoke: (io: ContainerStreams, signal: AbortSignal) => Promise<CommandOutcome>,
): StreamServer {
  return async ({ request, socket, head }) => {
    const options = { ...streams, ...streamingOptions(call) };
    const session = await acceptRemoteCommand(request, socket, head, options);
    await runSession(session, call, async (signal) => invoke(streamsOf(session), signal));
  };
}

/** What a provider sees of a session. */
function streamsOf({ stdin, stdout, stderr, tty, resizes }: StreamSession): ContainerStreams {
  return {
    ...(stdin !== undefined && { stdin }),
    ...(stdout !== undefined && { stdout }),
    ...(stderr !== undefined && { stderr }),
    tty,
    resizes,
  };
}
