import { expect, test } from 'vitest';
import { defaultLimits } from '../options/streaming-options.ts';
import { clientFrame } from '../testing/client-frame.ts';
import { WebSocketFrameReader } from './frame-reader.ts';

/** What a reader told, data joined as long as nothing else comes between. */
function read(chunks: readonly Buffer[], messageBytes = defaultLimits.messageBytes): string[] {
  const told: string[] = [];
  let joins = false;
  const reader = new WebSocketFrameReader(
    { ...defaultLimits, messageBytes },
    {
      message: (isBinary) => void told.push(isBinary ? 'binary' : 'text'),
      frame: (payloadBytes) => {
        told.push(`frame of ${payloadBytes}`);
        joins = false;
      },
      data: (bytes) => {
        if (joins) told.push(`${told.pop() ?? ''}${bytes.toString('latin1')}`);
        else told.push(bytes.toString('latin1'));
        joins = true;
      },
      control: (code, payload) => void told.push(`control ${code} ${payload.toString('latin1')}`),
    },
  );
  // What is pushed is overwritten afterwards, as the memory of a socket is.
  for (const chunk of chunks) {
    const own = Buffer.from(chunk);
    reader.push(own);
    own.fill(0);
  }
  return told;
}

const long = 'x'.repeat(300);
const longer = 'y'.repeat(70_000);
const said = Buffer.concat([
  clientFrame(2, 'hello'),
  clientFrame(1, ''),
  clientFrame(2, 'in two ', { fin: false }),
  clientFrame(9, 'are you there'),
  clientFrame(0, 'parts'),
  clientFrame(2, long),
  clientFrame(2, longer),
  clientFrame(8, Buffer.of(3, 232)),
]);
const meant = [
  'binary',
  'frame of 5',
  'hello',
  'text',
  'frame of 0',
  'binary',
  'frame of 7',
  'in two ',
  'control 9 are you there',
  'frame of 5',
  'parts',
  'binary',
  'frame of 300',
  long,
  'binary',
  'frame of 70000',
  longer,
  'control 8 \u0003è',
];

test.each([1, 2, 3, 7, 13, 100, 4_096, said.length])('means the same in pieces of %i bytes', (size) => {
  const chunks: Buffer[] = [];
  for (let offset = 0; offset < said.length; offset += size) chunks.push(said.subarray(offset, offset + size));
  expect(read(chunks)).toEqual(meant);
});

test.each([
  ['a frame without a mask', Buffer.of(0x82, 1, 0x61), 'has no mask'],
  ['an extension', Buffer.of(0xc2, 0x80, 0, 0, 0, 0), 'extension'],
  ['an unknown opcode', clientFrame(3, ''), 'opcode 3'],
  ['an unknown control opcode', clientFrame(11, ''), 'opcode 11'],
  ['a control frame in parts', clientFrame(9, '', { fin: false }), 'in parts'],
  ['a long control frame', clientFrame(9, 'x'.repeat(126)), 'too long'],
  [
    'a message within another',
    Buffer.concat([clientFrame(2, 'a', { fin: false }), clientFrame(2, 'b')]),
    'within another',
  ],
  ['the rest of no message', clientFrame(0, 'a'), 'within another'],
  ['a frame that is too long', clientFrame(2, 'x'.repeat(1_001)), '1001 bytes, more than 1000'],
])('refuses %s', (_what, bytes, message) => {
  const refused = { code: 'ProtocolError', message: expect.stringContaining(message) as string };
  expect(() => read([bytes], 1_000)).toThrow(expect.objectContaining(refused));
});
