import type { ByteWriter } from '../bytes/byte-writer.ts';
import { nullWriter } from '../bytes/byte-writer.ts';
import type { Machine } from '../container/machine.ts';

/** A writer to the file or the device at a path. */
export function openWriter(machine: Machine, path: string, options: { readonly append: boolean }): ByteWriter {
  const { files, log } = machine;
  const node = files.openFile(path, { truncate: !options.append });
  if (node.kind === 'device') {
    if (node.device === 'stdout') return log.stdout;
    return node.device === 'stderr' ? log.stderr : nullWriter;
  }
  return {
    write: async (bytes) => {
      if (node.kind === 'file') files.append(node, bytes, path);
    },
  };
}
