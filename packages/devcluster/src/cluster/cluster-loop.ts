/** A loop of the cluster that has been started. */
export interface RunningLoop {
  stop(): void;
}
