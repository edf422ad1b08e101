import { readFileSync } from 'node:fs';

/** One connection as it was recorded; see `__fixtures__/README.md`. */
export interface Recording {
  readonly client: string;
  readonly server: string;
  readonly parts: readonly { readonly from: 'client' | 'server'; readonly bytes: Buffer }[];
}

export function readRecording(name: string): Recording {
  const text = readFileSync(new URL(`../__fixtures__/${name}.json`, import.meta.url), 'utf8');
  const recorded = JSON.parse(text) as {
    client: string;
    server: string;
    parts: { from: 'client' | 'server'; bytes: string }[];
  };
  return {
    ...recorded,
    parts: recorded.parts.map(({ from, bytes }) => ({ from, bytes: Buffer.from(bytes, 'base64') })),
  };
}

/**
 * What the client said before the server said `answer`, or else its last words: all that the server needed, without the
 * farewell.
 */
export function saidByClient(recording: Recording, answer?: string): Buffer {
  const end = recording.parts.findLastIndex(
    ({ from, bytes }) => from === 'server' && (answer === undefined || bytes.includes(answer)),
  );
  return Buffer.concat(recording.parts.slice(0, end).flatMap(({ from, bytes }) => (from === 'client' ? [bytes] : [])));
}

/** All that one side said after its HTTP head. */
export function afterHead(recording: Recording, side: 'client' | 'server'): Buffer {
  const said = Buffer.concat(recording.parts.flatMap(({ from, bytes }) => (from === side ? [bytes] : [])));
  return said.subarray(said.indexOf('\r\n\r\n') + 4);
}
