declare module 'vitest' {
  interface TaskMeta {
    /** Why the test cannot run here; the reporter of the closing summary reads it. */
    leftOut?: string;
  }
}

/** Options of a test or a suite that `skipIf` may leave out: the closing summary gives the reason with the count of what it left out. */
export function leftOut(reason: string): { readonly meta: { readonly leftOut: string } } {
  return { meta: { leftOut: reason } };
}
