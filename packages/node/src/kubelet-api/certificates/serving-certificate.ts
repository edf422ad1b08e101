/** What a server shows and proves: PEM texts, the leaf first and its chain after it. */
export interface ServingCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Where a serving certificate comes from, and how it is kept fresh. */
export interface ServingCertificateSource {
  /**
   * Gives what there is at the start; undefined while there is none yet.
   *
   * @throws when there can be none.
   */
  open(signal: AbortSignal): Promise<ServingCertificate | undefined>;
  /** Tells of every later one until the signal is aborted. Call `open` first. */
  follow(onChange: (certificate: ServingCertificate) => void, signal: AbortSignal): Promise<void>;
}
