/** A file of an archive: with content, a directory, or a symbolic link. */
export type TarEntry =
  | { readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | { readonly path: string; readonly mode: number; readonly kind: 'directory' }
  | { readonly path: string; readonly linkTo: string };

const block = 512;

/** Writes a tar archive in the form of POSIX.1-1988 (ustar); paths have to be shorter than 100 bytes. */
export function tarArchive(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = 'content' in entry ? entry.content : new Uint8Array();
    return [header(entry, content.length), content, Buffer.alloc((block - (content.length % block)) % block)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header(entry: TarEntry, size: number): Buffer {
  const field = Buffer.alloc(block);
  const octal = (value: number, offset: number, length: number): void => {
    field.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
  };
  field.write(entry.path, 0, 100, 'utf8');
  octal('mode' in entry ? entry.mode : 0o777, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  field.fill(' ', 148, 156);
  field.write('content' in entry ? '0' : 'linkTo' in entry ? '2' : '5', 156, 'latin1');
  if ('linkTo' in entry) field.write(entry.linkTo, 157, 100, 'utf8');
  field.write('ustar\u000000', 257, 'latin1');
  const sum = field.reduce((total, byte) => total + byte, 0);
  field.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return field;
}
