import { emptyReader, readerOf, ByteReader } from '../bytes/byte-reader.ts';
import type { Machine } from '../container/machine.ts';
import { FileError } from '../file-system/file-error.ts';
import { isFolder } from '../file-system/nodes.ts';
import { openWriter } from '../file-system/open-writer.ts';
import { absolutePath } from '../file-system/paths.ts';
import type { ProcessStreams } from '../programs/process.ts';
import { expandText } from './expand-word.ts';
import type { Expansion } from './expand-word.ts';
import type { Redirection } from './syntax.ts';

/** The streams of a command whose redirections are these, in their order. */
export async function redirect(
  redirections: readonly Redirection[],
  from: ProcessStreams,
  machine: Machine,
  expansion: Expansion,
): Promise<ProcessStreams> {
  let { stdin, stdout, stderr } = from;
  for (const { descriptor, operator, target } of redirections) {
    const text = await expandText(target, expansion);
    if (operator === '<<') {
      stdin = readerOf(Buffer.from(text));
    } else if (operator === '<') {
      stdin = openReader(machine, absolutePath(text, expansion.workingDirectory), text);
    } else {
      const writer =
        operator === '>&'
          ? text === '2'
            ? stderr
            : text === '1'
              ? stdout
              : undefined
          : openWriter(machine, absolutePath(text, expansion.workingDirectory), { append: operator === '>>' });
      if (writer === undefined) throw new FileError('EINVAL', text);
      if (descriptor === 2) stderr = writer;
      else stdout = writer;
    }
  }
  return { stdin, stdout, stderr };
}

function openReader(machine: Machine, path: string, written: string): ByteReader {
  const node = machine.files.find(path);
  if (node === undefined) throw new FileError('ENOENT', written);
  if (isFolder(node)) throw new FileError('EISDIR', written);
  if (node.kind === 'device' && node.device === 'zero') return new ByteReader(async () => new Uint8Array(65_536));
  if (node.kind !== 'file') return emptyReader();
  let index = 0;
  return new ByteReader(async () => node.chunks[index++]);
}
