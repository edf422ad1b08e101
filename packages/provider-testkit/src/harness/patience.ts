import { ConformanceError } from '../conformance-error.ts';

/** How the suite lets time pass while it waits for a backend. */
export interface PatienceOptions {
  readonly passTime: (milliseconds: number) => Promise<void>;
  readonly patienceMilliseconds: number;
}

const stepMilliseconds = 50;

/** Waits for what a backend does in its own time, and gives up after a while. */
export interface Patience {
  /** The first value of `read` that is not undefined. `what` finishes "it was waited in vain for". */
  readonly until: <T>(what: string, read: () => Promise<T | undefined> | T | undefined) => Promise<T>;
  /** The promise's outcome, however it ends. `what` is the call. */
  readonly settled: <T>(what: string, promise: Promise<T>) => Promise<PromiseSettledResult<T>>;
  /** The promise's value. */
  readonly answered: <T>(what: string, promise: Promise<T>) => Promise<T>;
}

export function createPatience({ passTime, patienceMilliseconds }: PatienceOptions): Patience {
  async function until<T>(what: string, read: () => Promise<T | undefined> | T | undefined): Promise<T> {
    for (let passed = 0; ; passed += stepMilliseconds) {
      const value = await bounded(`a read while waiting for ${what}`, Promise.resolve(read()));
      if (value !== undefined) return value;
      if (passed >= patienceMilliseconds)
        throw new ConformanceError(`it was waited in vain for ${what} (${patienceMilliseconds} ms)`);
      await passTime(stepMilliseconds);
    }
  }

  async function bounded<T>(what: string, promise: Promise<T>): Promise<T> {
    const outcome = await settled(what, promise);
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  async function settled<T>(what: string, promise: Promise<T>): Promise<PromiseSettledResult<T>> {
    let outcome: PromiseSettledResult<T> | undefined;
    const watched = Promise.allSettled([promise]).then(([result]) => {
      outcome = result;
    });
    // A provider that answers at once costs no waiting at all.
    await Promise.race([watched, new Promise((resolve) => setImmediate(resolve))]);
    for (let passed = 0; ; passed += stepMilliseconds) {
      if (outcome !== undefined) return outcome;
      if (passed >= patienceMilliseconds)
        throw new ConformanceError(`${what} did not settle within ${patienceMilliseconds} ms`);
      await Promise.race([watched, passTime(stepMilliseconds)]);
    }
  }

  return { until, settled, answered: bounded };
}
