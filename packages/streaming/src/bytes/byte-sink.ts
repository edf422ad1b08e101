/** Where bytes of one direction of a stream go. */
export interface ByteSink {
  /**
   * Hands bytes over; they must not be changed afterwards. Returns a promise when the sender has to wait before it
   * sends more, which rejects when the stream has failed by then.
   *
   * @throws StreamingError when the stream has ended, was reset, or its connection is gone.
   */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Says that nothing more comes, where the protocol can say it. A second call changes nothing. */
  end(): void;
  /** Gives up on this direction. */
  abort(reason: Error): void;
}
