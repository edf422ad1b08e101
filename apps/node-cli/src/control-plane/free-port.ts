import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that nobody listens on now. For programs that cannot be told to take a free one and to say which;
 * somebody else may take it before they do, and then they fail by name.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was given'));
        else resolve(address.port);
      });
    });
  });
}
