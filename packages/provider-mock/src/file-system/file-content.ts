import type { FileNode } from './nodes.ts';

/** Small writes are gathered into pieces of this size. */
const pieceBytes = 16_384;

/** Adds to the end of a file. The bytes are copied: they may be part of a buffer that its owner uses again. */
export function appendToFile(file: FileNode, bytes: Uint8Array, path: string, now: number): void {
  if (bytes.length === 0) return;
  file.storage.take(bytes.length, path);
  const last = file.chunks.at(-1);
  if (last !== undefined && last.length + bytes.length <= pieceBytes) {
    file.chunks[file.chunks.length - 1] = Buffer.concat([last, bytes]);
  } else {
    file.chunks.push(new Uint8Array(bytes));
  }
  file.size += bytes.length;
  file.modifiedAt = now;
}

/** Takes away everything that is in a file. */
export function emptyFile(file: FileNode, now: number): void {
  file.storage.release(file.size);
  file.chunks = [];
  file.size = 0;
  file.modifiedAt = now;
}

/** All of a file in one piece. */
export function wholeFile(file: FileNode): Buffer {
  return Buffer.concat(file.chunks);
}
