import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { testAddress } from './test-address.ts';

/** A port of the test's address that is free now, for programs that cannot say which one they took. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, testAddress);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
