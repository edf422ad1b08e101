import type { ByteQueue } from '../bytes/byte-queue.ts';
import type { TerminalSize, TerminalSizes } from './terminal-sizes.ts';

/** No size is longer than this in JSON. */
const sizeBytes = 1024;

function dimension(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xff_ff ? value : undefined;
}

/** `{"Width":80,"Height":24}`; names in any case, as Go reads them. */
export function parseTerminalSize(text: string): TerminalSize | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fields = new Map(Object.entries(parsed ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const width = dimension(fields.get('width') ?? 0);
  const height = dimension(fields.get('height') ?? 0);
  return width === undefined || height === undefined ? undefined : { width, height };
}

/**
 * Reads sizes as JSON objects one after the other until the queue ends. What is no size ends the reading, as in the
 * kubelet: what follows it cannot be told apart.
 */
export async function readTerminalSizes(queue: ByteQueue, sizes: TerminalSizes): Promise<void> {
  let text = '';
  try {
    for (let chunk = await queue.read(); chunk !== undefined; chunk = await queue.read()) {
      text += Buffer.from(chunk).toString('latin1');
      for (let end = text.indexOf('}'); end !== -1; end = text.indexOf('}')) {
        const size = parseTerminalSize(text.slice(0, end + 1));
        if (size === undefined) {
          return;
        }
        sizes.push(size);
        text = text.slice(end + 1);
      }
      if (text.length > sizeBytes) {
        return;
      }
    }
  } catch {
    // The connection is gone, which the session's signal has said: there are no more sizes, and that is all.
  } finally {
    sizes.end();
    queue.discard();
  }
}
