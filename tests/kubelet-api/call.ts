import type { IssuedCertificate } from '@vk/devcluster';
import { request as httpsRequest } from 'node:https';

/** How somebody shows who they are. */
export interface Caller {
  readonly token?: string;
  readonly identity?: IssuedCertificate;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** What the connection is to become. */
  readonly upgrade?: 'websocket' | 'SPDY/3.1';
}

export interface Answer {
  /** 101 when the connection was taken over; it is closed then. */
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Protocols of exec and attach first, then one of port-forward: the server takes what the route has. */
const upgradeHeaders = {
  websocket: {
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16, 1).toString('base64'),
    'sec-websocket-protocol': 'v5.channel.k8s.io, v4.channel.k8s.io',
  },
  'SPDY/3.1': { 'x-stream-protocol-version': ['v4.channel.k8s.io', 'portforward.k8s.io'] },
};

/** Calls a node or an API server, whoever has signed its certificate, on a connection of its own. */
export function call(origin: string, { method, path, upgrade }: Call, { token, identity }: Caller): Promise<Answer> {
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(upgrade !== undefined && { connection: 'Upgrade', upgrade, ...upgradeHeaders[upgrade] }),
  };
  const shown = identity === undefined ? {} : { cert: identity.certificate, key: identity.privateKey };
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false, rejectUnauthorized: false, ...shown };
    httpsRequest(new URL(path, origin), options, (answer) => {
      let body = '';
      answer.on('data', (bytes: Buffer) => (body += bytes.toString()));
      answer.once('error', reject);
      answer.once('end', () => {
        const contentType = answer.headers['content-type'] ?? '';
        resolve({ status: answer.statusCode ?? 0, contentType, body });
      });
    })
      .once('upgrade', ({ statusCode = 0 }, socket) => {
        socket.once('error', () => socket.destroy());
        socket.destroy();
        resolve({ status: statusCode, contentType: '', body: '' });
      })
      .once('error', reject)
      .end();
  });
}
