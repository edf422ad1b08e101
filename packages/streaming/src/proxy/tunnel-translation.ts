import { protocolError } from '../errors/protocol-error.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import { binaryFrameHead } from '../websocket/write-frames.ts';
import { JoinedWebSocket } from './joined-web-socket.ts';
import type { Translate } from './translation.ts';

/** A client with SPDY in the binary messages of its WebSocket, whose borders mean nothing (KEP-4006), and a server of SPDY. */
export function tunnelTranslation(settings: StreamingSettings): Translate {
  return (sides) => {
    const webSocket = new JoinedWebSocket({
      sides,
      settings,
      handler: {
        message: (isBinary) => {
          if (!isBinary) throw protocolError('a text message in a tunnel');
        },
        frame: () => undefined,
        data: (bytes) => sides.toServer(bytes),
      },
      onClose: () => sides.endServer(),
    });
    return {
      opened: Promise.resolve(),
      fromClient: (bytes) => webSocket.read(bytes),
      fromServer: (bytes) => sides.toClient(binaryFrameHead(bytes.length), bytes),
      clientEnded: () => webSocket.ended(),
      serverEnded: () => webSocket.close(),
      broken: (reason) => sides.fail(reason),
      ping: () => webSocket.ping(),
      stop: () => undefined,
    };
  };
}
