/**
 * What to say where this Node.js is older than the manifest's `engines.node` asks for; undefined where it will do. Without
 * it the first built-in function that is missing would be the message.
 */
export function nodeVersionProblem(running: string, needed: string | undefined): string | undefined {
  const lowest = /^>=\s*(\d+\.\d+\.\d+)$/.exec(needed ?? '')?.[1];
  if (lowest === undefined || !isOlder(running, lowest)) return undefined;
  return `Node.js ${lowest} or newer is needed, and this is ${running}`;
}

function isOlder(version: string, than: string): boolean {
  const [left, right] = [numbersOf(version), numbersOf(than)];
  for (const [index, number] of right.entries()) {
    const other = left[index] ?? 0;
    if (other !== number) return other < number;
  }
  return false;
}

/** The three numbers of a version; what follows them, as in a nightly build, does not count. */
function numbersOf(version: string): number[] {
  return version
    .split('-', 1)
    .flatMap((text) => text.split('.'))
    .map(Number);
}
