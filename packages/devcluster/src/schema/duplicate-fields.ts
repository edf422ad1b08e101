const quoteCode = 0x22;
const backslashCode = 0x5c;

/** Counts the strings of a JSON text that are keys. */
function countKeys(text: string): number {
  let keys = 0;
  let position = text.indexOf('"');
  while (position !== -1) {
    let end = position + 1;
    for (let code = text.charCodeAt(end); code !== quoteCode && end < text.length; code = text.charCodeAt(end)) {
      end += code === backslashCode ? 2 : 1;
    }
    end += 1;
    while (text.charCodeAt(end) <= 0x20) end += 1;
    if (text[end] === ':') keys += 1;
    position = text.indexOf('"', end);
  }
  return keys;
}

function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countFields(item), 0);
  return Object.values(value).reduce((sum: number, item) => sum + 1 + countFields(item), 0);
}

/** A reader of JSON that has been parsed before, so it is known to be well formed; it only looks for repeated keys. */
class RepeatedKeys {
  readonly found = new Set<string>();
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(path: string): void {
    this.#space();
    const first = this.#text[this.#position];
    if (first === '{') this.#object(path);
    else if (first === '[') this.#array(path);
    else if (first === '"') this.#string();
    else
      while (this.#position < this.#text.length && !',]}'.includes(this.#text[this.#position] ?? ''))
        this.#position += 1;
    this.#space();
  }

  #object(path: string): void {
    const seen = new Set<string>();
    this.#position += 1;
    this.#space();
    while (this.#text[this.#position] !== '}') {
      const key = this.#string();
      const inner = path === '' ? key : `${path}.${key}`;
      if (seen.has(key)) this.found.add(inner);
      seen.add(key);
      this.#space();
      this.#position += 1;
      this.value(inner);
      if (this.#text[this.#position] === ',') this.#position += 1;
      this.#space();
    }
    this.#position += 1;
  }

  #array(path: string): void {
    this.#position += 1;
    this.#space();
    for (let index = 0; this.#text[this.#position] !== ']'; index += 1) {
      this.value(`${path}[${index}]`);
      if (this.#text[this.#position] === ',') this.#position += 1;
      this.#space();
    }
    this.#position += 1;
  }

  #string(): string {
    const start = this.#position;
    this.#position += 1;
    while (this.#text.charCodeAt(this.#position) !== quoteCode) {
      this.#position += this.#text.charCodeAt(this.#position) === backslashCode ? 2 : 1;
    }
    this.#position += 1;
    return JSON.parse(this.#text.slice(start, this.#position)) as string;
  }

  #space(): void {
    while (this.#text.charCodeAt(this.#position) <= 0x20) this.#position += 1;
  }
}

/** The paths of fields that a JSON text gives more than once. `parsed` is what JSON.parse made of the same text. */
export function duplicateFields(text: string, parsed: unknown): string[] {
  if (countKeys(text) === countFields(parsed)) return [];
  const reader = new RepeatedKeys(text);
  reader.value('');
  return [...reader.found];
}
