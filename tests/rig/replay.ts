/** What a person sets to replay one run, by environment variable. */
export function replayNumber(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (!Number.isInteger(number)) throw new Error(`${name} must be a whole number, not "${text}"`);
  return number;
}
