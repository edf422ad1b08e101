import { upgradeKind } from '@vk/streaming';
import type { ApiRequest } from '../api/api-request.ts';
import { locateKubelet } from '../kubelet-client/kubelet-location.ts';
import { badRequest } from '../status/errors.ts';
import { goesThrough } from './declared-features.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { kubeletRequest, type KubeletQuestion } from './kubelet-request.ts';
import { chooseContainer, requestedPod, requireNodeName } from './pod-location.ts';
import { proxyUpgrade } from './proxy-upgrade.ts';
import { readBoolean } from './read-boolean.ts';
import { type CommandStreams, translateCommand } from './translate-command.ts';
import { offersWebSocketProtocol, requireUpgrade } from './upgrade-request.ts';

function nodeQuery(streams: CommandStreams, command: readonly string[]): URLSearchParams {
  const query = new URLSearchParams();
  const names = { input: streams.stdin, output: streams.stdout, error: streams.stderr, tty: streams.tty };
  for (const [name, isWanted] of Object.entries(names)) if (isWanted) query.set(name, '1');
  for (const word of command) query.append('command', word);
  query.sort();
  return query;
}

/**
 * Answers `pods/{name}/exec` and `pods/{name}/attach`. What the client speaks is handed on as it is, except for a
 * WebSocket of version 5 to a node that does not declare that it takes it: that one ends here, and the node is spoken
 * to by SPDY.
 */
async function remoteCommand(request: ApiRequest, kind: 'exec' | 'attach'): Promise<void> {
  const { query, incoming } = request;
  const streams: CommandStreams = {
    stdin: readBoolean(query, 'stdin'),
    stdout: readBoolean(query, 'stdout'),
    stderr: readBoolean(query, 'stderr'),
    tty: readBoolean(query, 'tty'),
  };
  if (query.has('dryRun')) throw badRequest('dryRun is not supported');
  const pod = requestedPod(request);
  const container = chooseContainer(pod, query.get('container') ?? '');
  const location = locateKubelet(request.registry, requireNodeName(pod), 'pods');
  const question: KubeletQuestion = {
    location,
    path: `/${kind}/${pod.metadata.namespace ?? ''}/${pod.metadata.name}/${container}`,
    query: nodeQuery(streams, kind === 'exec' ? query.getAll('command') : []),
  };
  const upgrade = requireUpgrade(request);
  const isVersion5 = upgradeKind(incoming) === 'websocket' && offersWebSocketProtocol(incoming, 'v5.channel.k8s.io');
  if (isVersion5 && !goesThrough(request, location)) {
    await translateCommand(request, upgrade, { question, streams });
    return;
  }
  await proxyUpgrade(request, upgrade, {
    ...(await kubeletRequest(request, question)),
    method: incoming.method ?? 'GET',
    headers: forwardedHeaders(incoming).flat(),
  });
}

export const execInPod = (request: ApiRequest): Promise<void> => remoteCommand(request, 'exec');
export const attachToPod = (request: ApiRequest): Promise<void> => remoteCommand(request, 'attach');
