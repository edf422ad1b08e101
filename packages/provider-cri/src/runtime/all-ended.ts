/**
 * As `Promise.all`, but a failure is told of only when all have ended: nothing is made any more once somebody cleans up after it. The
 * failure is that of the first in the list.
 */
export async function allEnded<const Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [Each in keyof Work]: Awaited<Work[Each]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
