import { readableOfQueue } from '../bytes/readable-of-queue.ts';
import { writableOfSink } from '../bytes/writable-of-sink.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { resetStatus } from '../spdy/frame-types.ts';
import { openInTime } from '../spdy/open-in-time.ts';
import type { SpdyConnection } from '../spdy/spdy-connection.ts';
import type { ForwardedPort, PortForwardClient } from './port-forward-client.ts';
import { readFailure } from './read-failure.ts';

/** Port-forward on a SPDY connection, whatever that runs on. */
export function spdyForwardClient(
  transport: 'spdy' | 'tunnel',
  connection: SpdyConnection,
  settings: StreamingSettings,
): PortForwardClient {
  let requests = 0;
  const open = async (port: number): Promise<ForwardedPort> => {
    const requestId = String(requests);
    requests += 1;
    const headers = (type: string): Map<string, string> =>
      new Map([
        ['streamtype', type],
        ['port', String(port)],
        ['requestid', requestId],
      ]);
    const error = connection.openStream(headers('error'));
    await openInTime(error, connection, settings);
    error.end();
    const data = connection.openStream(headers('data'));
    await openInTime(data, connection, settings);
    return {
      port,
      stream: { readable: readableOfQueue(data.inbound), writable: writableOfSink(data) },
      failure: readFailure(error.inbound),
      signal: data.signal,
      close: () => {
        data.reset(resetStatus.cancel);
        error.inbound.discard();
      },
    };
  };
  return {
    transport,
    open,
    signal: connection.signal,
    closed: connection.closed,
    get bufferedBytes() {
      return connection.bufferedBytes;
    },
    close: () => connection.close(),
  };
}
