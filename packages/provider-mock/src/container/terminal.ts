import { abortable } from '../bytes/abortable.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Clock, TerminalSize } from '@vk/node/provider';
import { LineEditor } from './line-editor.ts';
import { ProcessSignal } from '../programs/process-signal.ts';

/** How long a program that asks for the size waits for a client that has not told it yet. */
const sizePatience = 500;

/** What may be typed before the program reads it, counted with what each line costs beside its bytes. */
const mostTypedAhead = 65_536;
const lineOverhead = 128;

/**
 * A terminal between a client and a program: it echoes and edits lines, turns Ctrl-C into a signal, and writes line breaks
 * as terminals want them. The settings are those that `stty` knows.
 */
export class Terminal {
  readonly reader: ByteReader = new ByteReader((signal) => this.#nextInput(signal));
  readonly writer: ByteWriter = { write: (bytes) => this.#output.write(withCarriageReturns(bytes)) };
  /** What a key such as Ctrl-C ends. */
  foreground: AbortController | undefined;
  echo = true;
  canonical = true;
  readonly #output: ByteWriter;
  readonly #editor = new LineEditor();
  /** Lines that were typed and not read yet; an empty one is the end of the input. */
  #lines: Uint8Array[] = [];
  #heldBytes = 0;
  #taken = Promise.withResolvers<void>();
  #ended = false;
  #typed = Promise.withResolvers<void>();
  #size: TerminalSize | undefined;
  readonly #sized = Promise.withResolvers<void>();

  constructor(output: ByteWriter) {
    this.#output = output;
  }

  /** Takes what is typed until the client ends it. */
  async type(input: ByteReader, signal: AbortSignal): Promise<void> {
    for (;;) {
      const bytes = await input.read(signal);
      if (bytes === undefined) break;
      await this.#take(bytes);
      // Whoever types far ahead of the program waits for it.
      while (this.#heldBytes > mostTypedAhead) await abortable(this.#taken.promise, signal);
    }
    this.#ended = true;
    this.#tell();
  }

  async resize(sizes: AsyncIterable<TerminalSize>): Promise<void> {
    for await (const size of sizes) {
      this.#size = size;
      this.#sized.resolve();
    }
  }

  /** The size; undefined when the client does not tell one. */
  async size(clock: Clock, signal: AbortSignal): Promise<TerminalSize | undefined> {
    if (this.#size !== undefined) return this.#size;
    const late = Promise.withResolvers<void>();
    const timer = clock.setTimer(() => late.resolve(), sizePatience);
    try {
      await abortable(Promise.race([this.#sized.promise, late.promise]), signal);
    } finally {
      timer.cancel();
    }
    return this.#size;
  }

  async #take(bytes: Uint8Array): Promise<void> {
    const { echo, canonical } = this;
    const editor = this.#editor;
    const shown = canonical ? editor.type(bytes) : { echo: Buffer.from(bytes), lines: [bytes], signals: [] };
    if (echo && shown.echo.length > 0) await this.writer.write(shown.echo);
    for (const signalName of shown.signals) {
      this.#lines = [];
      this.#heldBytes = 0;
      this.foreground?.abort(new ProcessSignal(signalName));
    }
    for (const line of shown.lines) {
      this.#lines.push(line);
      this.#heldBytes += line.length + lineOverhead;
    }
    if (shown.lines.length > 0) this.#tell();
  }

  async #nextInput(signal: AbortSignal): Promise<Uint8Array | undefined> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) {
        this.#heldBytes -= line.length + lineOverhead;
        this.#taken.resolve();
        this.#taken = Promise.withResolvers<void>();
        return line.length === 0 ? undefined : line;
      }
      if (this.#ended) return undefined;
      await abortable(this.#typed.promise, signal);
    }
  }

  #tell(): void {
    this.#typed.resolve();
    this.#typed = Promise.withResolvers<void>();
  }
}

function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(0x0a)) return bytes;
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
    parts.push(bytes.subarray(start, end), Buffer.from('\r\n'));
    start = end + 1;
  }
  parts.push(bytes.subarray(start));
  return Buffer.concat(parts);
}
