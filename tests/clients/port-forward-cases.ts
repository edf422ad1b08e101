import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { PassThrough } from 'node:stream';
import { PortForward } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { namespace, type ClientWorld } from './client-world.ts';
import { listenTo } from './run-command.ts';

/** Listens on loopback and forwards each connection to a port of the pod, by a WebSocket of its own. */
async function listenFor(
  world: ClientWorld,
  port: number,
): Promise<{ server: Server; url: string; errors: unknown[] }> {
  const errors: unknown[] = [];
  const server = createServer((socket) => {
    socket.on('error', (error) => errors.push(error));
    new PortForward(world.config)
      .portForward(namespace, 'serves', [port], socket, null, socket)
      .catch((error: unknown) => errors.push(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: local } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${local}`, errors };
}

export function portForwardCases(world: () => ClientWorld): void {
  describe('PortForward, which has one WebSocket per connection and port', () => {
    beforeAll(async () => {
      await world().runPod({ name: 'serves', annotations: { 'http-ports': '80', 'echo-ports': '7' } });
    });

    it('carries 20 requests at a time', async () => {
      const { server, url, errors } = await listenFor(world(), 80);
      const requests = Array.from({ length: 20 }, async (_, index) => {
        const answer = await fetch(`${url}/request-${index}`, { headers: { connection: 'close' } });
        return { status: answer.status, isOwn: (await answer.text()).includes(`/request-${index}`) };
      });
      expect(await Promise.all(requests)).toEqual(Array.from({ length: 20 }, () => ({ status: 200, isOwn: true })));
      expect(errors).toEqual([]);
      const closed = once(server, 'close');
      server.close();
      await closed;
    });

    it('gives back every byte of a connection that stays open', async () => {
      const [output, input] = [new PassThrough(), new PassThrough()];
      const heard = listenTo(output);
      const forward = new PortForward(world().config);
      const socket = await forward.portForward(namespace, 'serves', [7], output, null, input);
      if (typeof socket === 'function') throw new Error('the client was to connect at once');
      expect(socket.protocol).toBe('v4.channel.k8s.io');
      for (const word of ['one', 'two', 'three']) {
        input.write(`${word}\n`);
        await heard.says(`${word}\n`);
      }
      expect(heard.text()).toBe('one\ntwo\nthree\n');
      const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
      input.end();
      await closed;
    });

    it('says why a port does not answer', async () => {
      const errors = new PassThrough();
      const heard = listenTo(errors);
      const forward = new PortForward(world().config);
      const input = new PassThrough();
      await forward.portForward(namespace, 'serves', [81], new PassThrough(), errors, input);
      await heard.says('error forwarding port 81');
      expect(heard.text()).toContain('connection refused');
      input.end();
    });
  });
}
