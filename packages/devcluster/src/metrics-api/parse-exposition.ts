/** One line of the text that Prometheus reads. */
export interface ExposedValue {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
  /** Milliseconds since the epoch, where the line has it. */
  timestamp: number | undefined;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+(-?\d+))?[ \t]*$/;
const label = /([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"/g;
const escapes: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (whole, escaped: string) => escapes[escaped] ?? whole);
}

function readNumber(text: string): number {
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

/** Reads the values of the wanted families out of the Prometheus text format 0.0.4; what is no value is left out. */
export function parseExposition(text: string, families: ReadonlySet<string>): ExposedValue[] {
  const found: ExposedValue[] = [];
  for (const one of text.split('\n')) {
    if (one.startsWith('#')) continue;
    const match = line.exec(one.replace(/\r$/, ''));
    if (match === null) continue;
    const [, name = '', labels = '', value = '', timestamp] = match;
    const number = readNumber(value);
    if (!families.has(name) || Number.isNaN(number)) continue;
    found.push({
      name,
      labels: Object.fromEntries(
        [...labels.matchAll(label)].map(([, key = '', escaped = '']) => [key, unescape(escaped)]),
      ),
      value: number,
      timestamp: timestamp === undefined ? undefined : Number(timestamp),
    });
  }
  return found;
}
