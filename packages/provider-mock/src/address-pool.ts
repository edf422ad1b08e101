const blockSize = 256;
/** 10.0.0.0/8 in blocks of a /24. */
const blockCount = 65_536;

/** A /24 of one node. Its first and last address are not given out. */
interface Block {
  readonly number: number;
  readonly taken: Set<number>;
  /** Goes round, so that an address that was just given back is not the next one given out. */
  next: number;
}

/** Pod addresses, each in use once. A node has blocks of its own and takes another one when they are full. */
export class AddressPool {
  readonly #blocks = new Map<string, Block[]>();
  readonly #owned = new Set<number>();
  #nextBlock = 0;

  /** @throws Error when 10.0.0.0/8 is used up. */
  take(node: string): string {
    const block = this.#blocks.get(node)?.find(({ taken }) => taken.size < blockSize - 2) ?? this.#ownBlock(node);
    while (block.taken.has(block.next)) block.next = following(block.next);
    const host = block.next;
    block.taken.add(host);
    block.next = following(host);
    return `10.${block.number >> 8}.${block.number & 255}.${host}`;
  }

  /** Marks an address as in use that was given out by an earlier process. */
  reserve(node: string, address: string): void {
    const { blockNumber, host } = parse(address);
    const own = this.#blocks.get(node)?.find(({ number }) => number === blockNumber);
    const block = own ?? this.#addBlock(node, blockNumber);
    block.taken.add(host);
  }

  release(node: string, address: string): void {
    const { blockNumber, host } = parse(address);
    this.#blocks
      .get(node)
      ?.find(({ number }) => number === blockNumber)
      ?.taken.delete(host);
  }

  #ownBlock(node: string): Block {
    if (this.#owned.size >= blockCount) throw new Error('the mock has no pod address left in 10.0.0.0/8');
    while (this.#owned.has(this.#nextBlock)) this.#nextBlock = (this.#nextBlock + 1) % blockCount;
    return this.#addBlock(node, this.#nextBlock);
  }

  #addBlock(node: string, number: number): Block {
    const block: Block = { number, taken: new Set(), next: 1 };
    this.#owned.add(number);
    this.#blocks.set(node, [...(this.#blocks.get(node) ?? []), block]);
    return block;
  }
}

function following(host: number): number {
  return host >= blockSize - 2 ? 1 : host + 1;
}

function parse(address: string): { readonly blockNumber: number; readonly host: number } {
  const [, second = 0, third = 0, host = 0] = address.split('.').map(Number);
  return { blockNumber: second * 256 + third, host };
}
