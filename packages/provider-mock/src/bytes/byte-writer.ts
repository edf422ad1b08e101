/** Where a program writes to. A write resolves when there is room for more: a slow reader slows the program down. */
export interface ByteWriter {
  write(bytes: Uint8Array): Promise<void>;
}

/** Takes everything and keeps nothing. */
export const nullWriter: ByteWriter = { write: () => Promise.resolve() };
