/** What the process of the nodes tells of itself. Times are milliseconds, sizes bytes. */
export interface NodesReport {
  /** Renewals of leases that the API server has acknowledged. */
  readonly renewals: number;
  /** The longest time between two acknowledged renewals of one lease. */
  readonly longestGapMilliseconds: number;
  /** Renewals that came later than the lease lasts: the control plane takes such a node for lost. */
  readonly late: number;
  readonly pods: number;
  /** In use after a full garbage collection. */
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** Since the report before. */
  readonly eventLoopDelay: { readonly p99Milliseconds: number; readonly longestMilliseconds: number };
  /** Since the report before: the most processor time of the main thread between two turns, whatever else the machine did. */
  readonly longestTurnMilliseconds: number;
  /** Where the snapshot of the heap was written, which stops the process for a while and therefore comes last. */
  readonly snapshot?: string;
}

export type FromNodes = { readonly kind: 'ready' } | { readonly kind: 'report'; readonly report: NodesReport };

/** What is asked of the process: its figures so far, with a snapshot of its heap if a file is named. */
export interface ToNodes {
  readonly snapshot?: string;
}
