import type { Duplex } from 'node:stream';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { ApiRequest } from '../api/api-request.ts';
import { DialError } from '../kubelet-client/dial-error.ts';
import { type NodeAnswer, type NodeRequest, sendToNode } from '../kubelet-client/send-to-node.ts';
import type { Upgrade } from '../server/upgrade.ts';
import { ApiError } from '../status/api-error.ts';
import { joinSockets } from './join-sockets.ts';

/** The head of the node's answer, for the client. */
function headOf(response: IncomingMessage, rawHeaders: readonly string[]): string {
  const code = response.statusCode ?? 0;
  const lines = [`HTTP/1.1 ${code} ${response.statusMessage || (STATUS_CODES[code] ?? '')}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index] ?? ''}: ${rawHeaders[index + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/**
 * Asks a node for another protocol. Gives its agreement back, or throws ApiError: 500 when it cannot be reached or
 * answers with anything else that is no error. An error of the node's own is returned as it is.
 */
export async function askForUpgrade(toNode: NodeRequest): Promise<NodeAnswer> {
  let answer: NodeAnswer;
  try {
    answer = await sendToNode(toNode);
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    throw new ApiError({ code: 500, message: `error dialing backend: ${error.message}`, cause: error });
  }
  const code = answer.response.statusCode ?? 0;
  if (answer.upgraded === undefined && code < 400) {
    answer.response.destroy();
    throw new ApiError({ code: 500, message: `invalid upgrade response: status code ${code}` });
  }
  return answer;
}

/** Shows the client the refusal of a node, and ends the connection with it. */
export function relayRefusal(response: IncomingMessage, client: Duplex): void {
  const { rawHeaders } = response;
  const isChunked = response.headers['transfer-encoding'] !== undefined;
  // The body is taken out of its chunks here; its end is the end of the connection.
  const kept = rawHeaders.filter((_, index) => {
    const name = (rawHeaders[index - (index % 2)] ?? '').toLowerCase();
    return name !== 'connection' && !(isChunked && name === 'transfer-encoding');
  });
  client.write(headOf(response, [...kept, 'Connection', 'close']));
  response.on('error', () => client.destroy());
  client.on('close', () => response.destroy());
  response.pipe(client);
}

/** Hands a request for another protocol to a node, and from then on every byte both ways, unread. */
export async function proxyUpgrade(request: ApiRequest, upgrade: Upgrade, toNode: NodeRequest): Promise<void> {
  const { response, upgraded } = await askForUpgrade(toNode);
  const client = upgrade.takeSocket();
  if (upgraded === undefined) {
    relayRefusal(response, client);
    return;
  }
  client.write(headOf(response, response.rawHeaders));
  if (upgraded.head.length > 0) client.write(upgraded.head);
  if (upgrade.head.length > 0) upgraded.socket.write(upgrade.head);
  await joinSockets(client, upgraded.socket, request.signal);
}
