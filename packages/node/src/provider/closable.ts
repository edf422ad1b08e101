/** For a provider that holds something open. */
export interface Closable {
  /** Called once, after the last call has settled. */
  close(): Promise<void>;
}
