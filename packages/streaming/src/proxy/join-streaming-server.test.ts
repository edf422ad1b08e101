import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { streamingSettings } from '../options/streaming-options.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { joinStreamingServer } from './join-streaming-server.ts';

test('a client that is closed before it is joined ends the connection to the server, and no timer is left', async () => {
  const clock = new FakeClock();
  const client = new PassThrough();
  client.destroy();
  await once(client, 'close');
  const socket = new Socket();
  const server = { socket, protocol: 'v4.channel.k8s.io', copyTo: () => undefined };
  const joined = joinStreamingServer(client, server, streamingSettings({ clock }));
  await expect(joined).rejects.toMatchObject({ code: 'PeerGone' });
  expect(socket.destroyed).toBe(true);
  expect(clock.pending).toBe(0);
});
