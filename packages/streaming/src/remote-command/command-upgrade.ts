import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { streamingSettings, type StreamingOptions, type StreamingSettings } from '../options/streaming-options.ts';
import { prepareSocket } from '../upgrade/prepare-socket.ts';
import { refuseUpgrade } from '../upgrade/refuse-upgrade.ts';
import { upgradeKind } from '../upgrade/request-headers.ts';
import type { RemoteCommandStreams } from './remote-command-query.ts';

/** The `upgrade` event of an HTTP server that asks for a remote command. */
export interface CommandUpgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly settings: StreamingSettings;
  /** With `tty` there is no stderr. */
  readonly streams: RemoteCommandStreams;
}

/**
 * @throws UpgradeRefused when it is neither SPDY nor WebSocket, or asks for no stream. It has been answered.
 * @throws StreamingError when the client has gone already.
 */
export function commandUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: StreamingOptions & RemoteCommandStreams,
): CommandUpgrade {
  const { stdin, stdout, tty } = options;
  const stderr = options.stderr && !tty;
  if (upgradeKind(request) === undefined) {
    throw refuseUpgrade(socket, {
      status: 400,
      message: 'unable to upgrade: neither SPDY/3.1 nor websocket is asked for',
    });
  }
  if (!stdin && !stdout && !stderr) {
    throw refuseUpgrade(socket, { status: 400, message: 'you must specify at least 1 of stdin, stdout, stderr' });
  }
  prepareSocket(socket);
  return { request, socket, head, settings: streamingSettings(options), streams: { stdin, stdout, stderr, tty } };
}
