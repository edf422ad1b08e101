import { randomInt } from 'node:crypto';

/** No vowels and no digits that look like letters, as in the API server. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const longestBase = 63 - suffixLength;

/** A name for an object that asks for one by `metadata.generateName`. */
export function generateName(base: string): string {
  let name = base.slice(0, longestBase);
  for (let index = 0; index < suffixLength; index += 1) name += alphabet[randomInt(alphabet.length)] ?? '';
  return name;
}
