/** The protocol of port-forward over SPDY, and, as `SPDY/3.1+portforward.k8s.io`, of SPDY in a WebSocket (KEP-4006). */
export const spdyForwardProtocol = 'portforward.k8s.io';

/** SPDY frames in the messages of a WebSocket. */
export const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io';

/** Ports as channels of a WebSocket; the empty name stands for a client that names none. */
export const channelForwardProtocols = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io', ''] as const;

export type ChannelForwardProtocol = (typeof channelForwardProtocols)[number];

export type PortForwardProtocol = typeof spdyForwardProtocol | typeof tunnelProtocol | ChannelForwardProtocol;
