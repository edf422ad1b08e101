import { once } from 'node:events';
import { type AddressInfo, connect, createServer, Socket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { streamingSettings } from '../options/streaming-options.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { joinStreamingServer } from './join-streaming-server.ts';

const nothing = Buffer.alloc(0);

test('a client that is closed before it is joined ends the connection to the server, and no timer is left', async () => {
  const clock = new FakeClock();
  const client = new PassThrough();
  client.destroy();
  await once(client, 'close');
  const socket = new Socket();
  const server = { socket, protocol: 'v4.channel.k8s.io', readTo: () => undefined };
  const joined = joinStreamingServer({ socket: client, head: nothing }, server, streamingSettings({ clock }));
  await expect(joined).rejects.toMatchObject({ code: 'PeerGone' });
  expect(socket.destroyed).toBe(true);
  expect(clock.pending).toBe(0);
});

test('memory of what a client says is given back once it is written, unless it belongs to others too', async () => {
  await using listener = createServer({ allowHalfOpen: true });
  const said = once(listener, 'connection').then(async ([connection]: Socket[]) => {
    const bytes = await buffer(connection as Socket);
    connection?.end();
    return bytes.toString();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const socket = connect((listener.address() as AddressInfo).port, '127.0.0.1');
  const client = new PassThrough();
  const own = Buffer.from(new TextEncoder().encode('all of it, ').buffer);
  const shared = Buffer.from('xa part').subarray(1);
  client.write(own);
  client.end(shared);
  const readTo = (): void => void socket.on('end', () => client.destroy()).resume();
  await joinStreamingServer(
    { socket: client, head: nothing },
    { socket, protocol: '', readTo },
    streamingSettings({ clock: new FakeClock() }),
  );
  expect(await said).toBe('all of it, a part');
  expect(own.byteLength).toBe(0);
  expect(shared.toString()).toBe('a part');
});

test('the time for a client to end too begins when it has fetched everything, and not before', async () => {
  await using listener = createServer((connection) => connection.end());
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const socket = connect((listener.address() as AddressInfo).port, '127.0.0.1');
  const clock = new FakeClock();
  const ending = Promise.withResolvers<() => void>();
  const client = new Duplex({
    read: () => undefined,
    write: (_bytes, _encoding, written) => written(),
    final: (fetched) => ending.resolve(() => fetched()),
  });
  const settings = streamingSettings({ clock, timeouts: { linger: 500 } });
  const readTo = (): void => void socket.resume();
  const joined = joinStreamingServer({ socket: client, head: nothing }, { socket, protocol: '', readTo }, settings);
  const fetchLast = await ending.promise;
  clock.advance(10_000);
  expect(client.destroyed).toBe(false);
  const finished = once(client, 'finish');
  fetchLast();
  await finished;
  clock.advance(500);
  await expect(joined).rejects.toMatchObject({ code: 'PeerGone', message: 'only one side ended the stream' });
});
