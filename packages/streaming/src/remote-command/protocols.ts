/** SPDY protocols of a remote command that are spoken here, the best one first. */
export const spdyCommandProtocols = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
] as const;

/** WebSocket protocols of a remote command that are spoken here; the empty name stands for a client that names none. */
export const webSocketCommandProtocols = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'base64.channel.k8s.io',
  'channel.k8s.io',
  '',
] as const;

export type SpdyCommandProtocol = (typeof spdyCommandProtocols)[number];
export type WebSocketCommandProtocol = (typeof webSocketCommandProtocols)[number];

/** Whether the outcome is sent as a Status in JSON, or as text where it is no success. */
export function sendsStatus(protocol: string): boolean {
  return protocol.startsWith('v4.') || protocol.startsWith('v5.');
}

/** Whether a SPDY client opens a stream for the size of its terminal. */
export function hasResizeStream(protocol: SpdyCommandProtocol): boolean {
  return sendsStatus(protocol) || protocol === 'v3.channel.k8s.io';
}

/** Channels of the WebSocket protocols. */
export const commandChannel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;
