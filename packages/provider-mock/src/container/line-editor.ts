import type { SignalName } from '../programs/process-signal.ts';

const interrupt = 0x03;
const endOfFile = 0x04;
const backspace = 0x08;
const newline = 0x0a;
const carriageReturn = 0x0d;
const killLine = 0x15;
const eraseWord = 0x17;
const escape = 0x1b;
const quit = 0x1c;
const erase = 0x7f;

/** What a terminal of Linux holds of a line, without its end (termios, canonical mode). */
const longestTypedLine = 4_095;

/** What some typed bytes lead to. */
export interface TypedBytes {
  /** What the terminal shows of it. */
  readonly echo: Buffer;
  /** Lines that are whole now. An empty one is the end of the input: Ctrl-D on an empty line. */
  readonly lines: readonly Uint8Array[];
  /** Signals for the program in the foreground. */
  readonly signals: readonly SignalName[];
}

/** Gathers what is typed into lines, with the editing that a terminal does by itself (termios, canonical mode). */
export class LineEditor {
  #line: number[] = [];
  /** Within the escape sequence of a key such as an arrow, which means nothing here. */
  #escaped: 'no' | 'start' | 'sequence' = 'no';

  type(bytes: Uint8Array): TypedBytes {
    const echo: number[] = [];
    const lines: Uint8Array[] = [];
    const signals: SignalName[] = [];
    const finish = (): void => {
      lines.push(Uint8Array.from(this.#line));
      this.#line = [];
    };
    for (const byte of bytes) {
      if (this.#isEscape(byte)) continue;
      if (byte === interrupt || byte === quit) {
        signals.push(byte === interrupt ? 'INT' : 'QUIT');
        echo.push(...Buffer.from(byte === interrupt ? '^C' : '^\\'), newline);
        this.#line = [];
      } else if (byte === endOfFile) finish();
      else if (byte === newline || byte === carriageReturn) {
        this.#line.push(newline);
        echo.push(newline);
        finish();
      } else if (byte === erase || byte === backspace) echo.push(...this.#erase());
      else if (byte === killLine) while (this.#line.length > 0) echo.push(...this.#erase());
      else if (byte === eraseWord) {
        while (this.#line.at(-1) === 0x20) echo.push(...this.#erase());
        while (this.#line.length > 0 && this.#line.at(-1) !== 0x20) echo.push(...this.#erase());
      } else if ((byte >= 0x20 || byte === 0x09) && this.#line.length < longestTypedLine) {
        this.#line.push(byte);
        echo.push(byte);
      }
    }
    return { echo: Buffer.from(echo), lines, signals };
  }

  /** Takes the last character away, all bytes of it. */
  #erase(): number[] {
    let removed = this.#line.pop();
    if (removed === undefined) return [];
    while (removed !== undefined && (removed & 0xc0) === 0x80) removed = this.#line.pop();
    return [backspace, 0x20, backspace];
  }

  #isEscape(byte: number): boolean {
    if (this.#escaped === 'no') {
      if (byte !== escape) return false;
      this.#escaped = 'start';
    } else if (this.#escaped === 'start') this.#escaped = byte === 0x5b || byte === 0x4f ? 'sequence' : 'no';
    else if (byte >= 0x40 && byte <= 0x7e) this.#escaped = 'no';
    return true;
  }
}
