import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';

/** Where a client connects to, and as whom. */
export interface DialTarget {
  /** The whole address, with its query. `http` and `ws` mean the same here, and so do `https` and `wss`. */
  readonly url: string | URL;
  /** Further headers, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates, keys and checks of a TLS connection. */
  readonly tls?: Pick<
    ConnectionOptions,
    'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized' | 'checkServerIdentity' | 'minVersion'
  >;
  /** Connects in another way, for example to a Unix socket or through a tunnel. */
  readonly createConnection?: () => Duplex;
}
