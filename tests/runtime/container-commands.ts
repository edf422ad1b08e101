/** Commands for containers of the tests, in the shell of busybox. */
const shell = (script: string): string[] => ['sh', '-c', script];

/** Says something and runs until it is told to stop, which it does at once, with exit code 0. */
export const serve = (said: string): string[] => shell(`echo ${said}; trap "exit 0" TERM; while :; do sleep 0.1; done`);

/** Says something and ends. */
export const end = (said: string, exitCode: number): string[] => shell(`echo ${said}; exit ${exitCode}`);
