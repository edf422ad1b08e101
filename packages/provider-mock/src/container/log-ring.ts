import type { LogChunk } from '@vk/node/provider';
import type { ByteWriter } from '../bytes/byte-writer.ts';

/** What is kept of the output that one run of a container writes besides its script; the oldest goes first. */
const capacityBytes = 262_144;
/** What one entry takes besides its bytes, roughly. */
const entryBytes = 128;

export interface RingEntry extends LogChunk {
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** The output of a container's main process that follows from no script: what is typed, what programs write. Bounded. */
export class LogRing {
  readonly stdout: ByteWriter = this.#writer('stdout');
  readonly stderr: ByteWriter = this.#writer('stderr');
  readonly #now: () => number;
  #entries: RingEntry[] = [];
  #size = 0;
  /** How many entries came before the first that is still there. */
  #dropped = 0;
  #changed = Promise.withResolvers<void>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Where the next entry will be. */
  get end(): number {
    return this.#dropped + this.#entries.length;
  }

  /** The entries from this position on, as far as they are still there. */
  from(position: number): readonly RingEntry[] {
    return this.#entries.slice(Math.max(0, position - this.#dropped));
  }

  /** Resolves at the next write. */
  changed(): Promise<void> {
    return this.#changed.promise;
  }

  #writer(stream: 'stdout' | 'stderr'): ByteWriter {
    return {
      write: async (bytes) => {
        const writtenAt = this.#now();
        const time = new Date(writtenAt).toISOString();
        for (const line of linesOf(bytes)) {
          const partial = line.at(-1) !== 0x0a;
          this.#entries.push({ bytes: line, stream, time, writtenAt, ...(partial && { partial }) });
          this.#size += line.length + entryBytes;
        }
        this.#drop();
        this.#changed.resolve();
        this.#changed = Promise.withResolvers<void>();
      },
    };
  }

  #drop(): void {
    let count = 0;
    while (this.#size > capacityBytes && count < this.#entries.length - 1) {
      this.#size -= (this.#entries[count]?.bytes.length ?? 0) + entryBytes;
      count += 1;
    }
    if (count === 0) return;
    this.#entries = this.#entries.slice(count);
    this.#dropped += count;
  }
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  // A piece is never larger than the ring, so that the ring's bound holds for one write too.
  const longest = capacityBytes / 4;
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = Math.min(newline === -1 ? bytes.length : newline + 1, start + longest);
    yield bytes.slice(start, end);
    start = end;
  }
}
