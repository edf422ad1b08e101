/** The two sides of a join, as a translation writes to them. */
export interface JoinedSides {
  /** What was said to the client and not fetched by it yet. */
  readonly unfetchedBytes: number;
  toClient(...pieces: readonly Uint8Array[]): void;
  toServer(...pieces: readonly Uint8Array[]): void;
  /** Nothing more is said to that side; what was said is handed over first. */
  endClient(): void;
  endServer(): void;
  /** Ends the join with an error: the server is cut off, and so is the client, after `lastWords`. */
  fail(reason: Error, lastWords?: Uint8Array): void;
}

/**
 * What becomes of the bytes of a client and a server on their way to each other. It holds none of them: what it is given may be
 * handed on in slices, and is overwritten when those are written.
 */
export interface Translation {
  /** Nothing of the client is read before. */
  readonly opened: Promise<void>;
  fromClient(bytes: Buffer): void;
  fromServer(bytes: Buffer): void;
  /** That side says nothing more. */
  clientEnded(): void;
  serverEnded(): void;
  /** The join has to end with an error, be it that the server broke off: the client is told, where it can be. */
  broken(reason: Error): void;
  /** Asks a client for a sign of life while it is not read from. */
  ping(): void;
  /** The join is over. */
  stop(): void;
}

export type Translate = (sides: JoinedSides) => Translation;

/** Client and server speak the same protocol: bytes go on as they are. */
export const asItIs: Translate = (sides) => ({
  opened: Promise.resolve(),
  fromClient: (bytes) => sides.toServer(bytes),
  fromServer: (bytes) => sides.toClient(bytes),
  clientEnded: () => sides.endServer(),
  serverEnded: () => sides.endClient(),
  broken: (reason) => sides.fail(reason),
  // Nobody but the two knows how to ask.
  ping: () => undefined,
  stop: () => undefined,
});
