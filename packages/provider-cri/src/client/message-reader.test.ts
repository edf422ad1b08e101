import { expect, it } from 'vitest';
import { Container } from '../generated/api.ts';
import { MessageReader } from './message-reader.ts';

const container = Container.fromPartial({
  id: 'a'.repeat(64),
  image: { image: 'app:1' },
  labels: { 'io.kubernetes.pod.name': 'web', empty: '', other: 'größer als ☃ and 🙂', marked: '\u{FEFF}text' },
});
const bytes = Buffer.from(Container.encode(container).finish());

it('what is read is what the library reads', () => {
  expect(Container.decode(new MessageReader(bytes))).toEqual(container);
  // Messages come as parts of larger pieces of memory.
  const part = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]).subarray(6, 6 + bytes.length);
  expect(Container.decode(new MessageReader(part))).toEqual(Container.decode(part));
});

it('a message that is cut off in a text is an error', () => {
  expect(() => Container.decode(new MessageReader(bytes.subarray(0, 20)))).toThrow(RangeError);
});
