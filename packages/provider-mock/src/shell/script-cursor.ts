import { ShellSyntaxError } from './shell-syntax-error.ts';

/** A here-document that was announced and whose lines come after the line. */
interface AwaitedDocument {
  readonly delimiter: string;
  readonly take: (text: string) => void;
}

/** Where in a script's text the parser is. */
export class ScriptCursor {
  readonly text: string;
  position = 0;
  readonly #documents: AwaitedDocument[] = [];

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.position >= this.text.length;
  }

  peek(offset = 0): string {
    return this.text[this.position + offset] ?? '';
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.position);
  }

  next(): string {
    const character = this.peek();
    if (character === '') throw new ShellSyntaxError('unexpected end of file', { incomplete: true });
    this.position += 1;
    return character;
  }

  /** Moves past the text if it is what comes next. */
  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.position += text.length;
    return true;
  }

  /** What a sticky expression matches here, taken. */
  match(expression: RegExp): string | undefined {
    expression.lastIndex = this.position;
    const found = expression.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  /** Moves past blanks, continued lines and a comment, not past the end of the line. */
  skipBlanks(): void {
    for (;;) {
      if (this.match(/[ \t\r]+|\\\n/uy) !== undefined) continue;
      if (this.peek() === '#') this.match(/[^\n]*/uy);
      return;
    }
  }

  awaitDocument(document: AwaitedDocument): void {
    this.#documents.push(document);
  }

  /** Moves past the end of a line, and past the here-documents that follow it. */
  takeNewline(): boolean {
    if (!this.take('\n')) return false;
    for (const { delimiter, take } of this.#documents.splice(0)) take(this.#document(delimiter));
    return true;
  }

  #document(delimiter: string): string {
    const lines: string[] = [];
    for (;;) {
      if (this.done) throw new ShellSyntaxError(`here-document without ${delimiter}`, { incomplete: true });
      const line = this.match(/[^\n]*/uy) ?? '';
      const ended = this.take('\n');
      if (line === delimiter) return lines.join('');
      lines.push(ended ? `${line}\n` : line);
    }
  }
}
