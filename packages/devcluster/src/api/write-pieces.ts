import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';

const pieceLength = 256 * 1024;

/**
 * Writes many small texts as few larger pieces, giving the event loop a turn after each and waiting for a slow reader.
 * Ends early when the signal aborts.
 */
export async function writePieces(
  response: ServerResponse,
  texts: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  let piece = '';
  const flush = async (): Promise<void> => {
    const isRoom = response.write(piece);
    piece = '';
    if (!isRoom) await once(response, 'drain', { signal });
    await nextTurn();
  };
  for (const text of texts) {
    piece += text;
    if (piece.length < pieceLength) continue;
    await flush();
    signal.throwIfAborted();
  }
  if (piece !== '') response.write(piece);
}
