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

/** Replaces `\n`, `\t`, `\0101` and the like. */
export function unescapeText(text: string): string {
  return text.replace(/\\(?:0?([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([^]))/gu, (whole, octal, hex, letter) => {
    if (typeof octal === 'string') return String.fromCharCode(Number.parseInt(octal, 8));
    if (typeof hex === 'string') return String.fromCharCode(Number.parseInt(hex, 16));
    return escapes[String(letter)] ?? whole;
  });
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
