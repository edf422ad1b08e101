const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** Replaces `\n`, `\t`, `\0101` and the like. What it gives is text for `encodeText` only. */
export function unescapeText(text: string): string {
  return text.replace(/\\(?:0?([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([^]))/gu, (whole, octal, hex, letter) => {
    if (typeof octal === 'string') return byteAsText(Number.parseInt(octal, 8) & 0xff);
    if (typeof hex === 'string') return byteAsText(Number.parseInt(hex, 16));
    return escapes[String(letter)] ?? whole;
  });
}

/** A byte that is no letter by itself stands in text as half of a surrogate pair, which text has nowhere else. */
function byteAsText(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

/** The bytes of a text, with those that escapes have put into it as they are. */
export function encodeText(text: string): Buffer {
  const pieces = text.split(/([\udc80-\udcff])/u);
  return Buffer.concat(pieces.map((piece, index) => (index % 2 === 0 ? Buffer.from(piece) : lastByteOf(piece))));
}

function lastByteOf(half: string): Buffer {
  return Buffer.of(half.charCodeAt(0) & 0xff);
}

const directive = /%(?:%|([-0+ ]*)(\d*)(?:\.(\d+))?([sdiuxXcbof]))/gu;

/** What `printf` writes: the format is used again until no value is left. */
export function formatText(format: string, values: readonly string[]): string {
  const left = [...values];
  let text = '';
  do {
    const before = left.length;
    text += unescapeText(format).replace(directive, (whole, flags = '', width = '', precision, kind) => {
      if (whole === '%%') return '%';
      return padded(convert(left.shift() ?? '', String(kind), precision), String(flags), Number(width));
    });
    if (left.length === before) break;
  } while (left.length > 0);
  return text;
}

function convert(value: string, kind: string, precision: unknown): string {
  const digits = typeof precision === 'string' ? Number(precision) : undefined;
  switch (kind) {
    case 's':
      return value.slice(0, digits);
    case 'b':
      return unescapeText(value);
    case 'c':
      return value.slice(0, 1);
    case 'x':
      return Math.trunc(Number(value) || 0).toString(16);
    case 'X':
      return Math.trunc(Number(value) || 0)
        .toString(16)
        .toUpperCase();
    case 'o':
      return Math.trunc(Number(value) || 0).toString(8);
    case 'f':
      return (Number(value) || 0).toFixed(digits ?? 6);
    default:
      return String(Math.trunc(Number(value) || 0));
  }
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
}
