/** How often is looked. */
const lookMilliseconds = 5;

/**
 * The most processor time that the main thread took between two turns of its timers. The delay of the event loop has in it what
 * other processes take of the machine; this has not.
 */
export class LongestTurn {
  #longest = 0;
  #before = process.threadCpuUsage();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#look(), lookMilliseconds).unref();
  }

  /** Milliseconds since the last call. What the caller did itself since the last look is not counted. */
  take(): number {
    const taken = this.#longest;
    this.#longest = 0;
    return taken;
  }

  /** Begins anew: what was done since the last look is nobody's. */
  skip(): void {
    this.#before = process.threadCpuUsage();
    this.#timer.refresh();
  }

  #look(): void {
    const now = process.threadCpuUsage();
    const microseconds = now.user + now.system - this.#before.user - this.#before.system;
    this.#longest = Math.max(this.#longest, microseconds / 1_000);
    this.#before = now;
  }
}
