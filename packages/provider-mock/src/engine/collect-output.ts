import type { TerminalSize } from '@vk/node/provider';

/** What is kept of the output of a probe or a hook; the rest is thrown away. */
const mostBytes = 65_536;

export interface CollectedOutput {
  readonly stream: WritableStream<Uint8Array>;
  /** Sizes of a terminal that is not there. */
  readonly noSizes: AsyncIterable<TerminalSize>;
  bytes(): Uint8Array;
}

/** Takes what a command writes, the first part of it. */
export function collectOutput(): CollectedOutput {
  const parts: Uint8Array[] = [];
  let size = 0;
  return {
    stream: new WritableStream({
      write: (bytes) => {
        const part = bytes.slice(0, mostBytes - size);
        parts.push(part);
        size += part.length;
      },
    }),
    noSizes: new ReadableStream<TerminalSize>({ start: (controller) => controller.close() }),
    bytes: () => Buffer.concat(parts),
  };
}
