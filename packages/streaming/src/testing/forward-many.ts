import type { PortForwardClient } from '../port-forward/port-forward-client.ts';
import { readAll } from './read-all.ts';

/** What each of 20 connections at once said, and what came back. */
export async function forwardMany(client: PortForwardClient): Promise<{ said: string[]; heard: string[] }> {
  const said = Array.from({ length: 20 }, (_, index) => `number ${index}`);
  const heard = await Promise.all(
    said.map(async (text, index) => {
      const { stream } = await client.open(1_000 + index);
      const writer = stream.writable.getWriter();
      await writer.write(Buffer.from(text));
      await writer.close();
      return readAll(stream.readable);
    }),
  );
  return { said, heard };
}
