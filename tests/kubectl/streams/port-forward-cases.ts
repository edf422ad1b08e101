import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChildProgram } from '../../cluster/child-program.ts';
import { namespace, type StreamWorld } from './stream-world.ts';

async function forwarded(process: ChildProgram, port: number): Promise<number> {
  const pattern = new RegExp(String.raw`Forwarding from 127\.0\.0\.1:(\d+) -> ${port}\n`);
  await process.says(`-> ${port}\n`);
  return Number(pattern.exec(process.output)?.[1]);
}

export function portForwardCases(world: () => StreamWorld): void {
  describe('kubectl port-forward', () => {
    beforeAll(async () => {
      await world().runPod({ name: 'serves', annotations: { 'http-ports': '80', 'echo-ports': '7' } });
    });

    it('carries 50 requests at a time, and one broken connection among them breaks no other', async () => {
      const process = world().kubectl.start(
        'port-forward',
        '-n',
        namespace,
        '--address=127.0.0.1',
        'pod/serves',
        ':80',
        ':7',
      );
      const [http, echo] = [await forwarded(process, 80), await forwarded(process, 7)];
      const requests = Array.from({ length: 50 }, async (_, index) => {
        const answer = await fetch(`http://127.0.0.1:${http}/request-${index}`);
        return { status: answer.status, isOwn: (await answer.text()).includes(`/request-${index}`) };
      });
      const broken = connect(echo, '127.0.0.1');
      await once(broken, 'connect');
      broken.write('half of a');
      await once(broken, 'data');
      broken.resetAndDestroy();
      expect(await Promise.all(requests)).toEqual(Array.from({ length: 50 }, () => ({ status: 200, isOwn: true })));
      const after = await fetch(`http://127.0.0.1:${http}/after`);
      expect(after.status).toBe(200);
      await after.text();
      expect(process.running).toBe(true);
      await process.stop();
    });

    it('says why a port does not answer', async () => {
      const process = world().kubectl.start(
        'port-forward',
        '-n',
        namespace,
        '--address=127.0.0.1',
        'pod/serves',
        ':81',
      );
      const socket = connect(await forwarded(process, 81), '127.0.0.1');
      socket.on('error', () => socket.destroy());
      socket.write('anybody there?');
      await process.says('error forwarding port 81');
      socket.destroy();
      await process.stop();
      expect(process.output).toContain('an error occurred forwarding');
    });
  });
}
