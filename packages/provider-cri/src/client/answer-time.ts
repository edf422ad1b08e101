/** How long the runtime is waited for where it has an answer at hand. */
export const answerMilliseconds = 10_000;
