import { expect, it } from 'vitest';
import { CriError } from './cri-error.ts';
import { framed, MessageFinder } from './grpc-framing.ts';

const texts = ['first', '', 'a longer one, that is cut in many places', 'last'];
const wire = Buffer.concat(texts.map((each) => framed(Buffer.from(each))));

it.each([1, 2, 4, 5, 6, 7, 11, wire.length])('messages are found in parts of %i bytes', (length) => {
  const found: string[] = [];
  const finder = new MessageFinder((message) => found.push(message.toString()));
  for (let start = 0; start < wire.length; start += length) finder.add(wire.subarray(start, start + length));
  expect(found).toEqual(texts);
  expect(finder.isBetweenMessages).toBe(true);
});

it('a stream that ends within a message can be told', () => {
  const finder = new MessageFinder(() => undefined);
  for (const part of [wire.subarray(0, 3), wire.subarray(3, 8)]) {
    finder.add(part);
    expect(finder.isBetweenMessages).toBe(false);
  }
});

it('a message that is compressed is refused, and so is one that is larger than 64 MiB before it is there', () => {
  const finder = new MessageFinder(() => undefined);
  expect(() => finder.add(Buffer.from([1, 0, 0, 0, 0]))).toThrow(
    new CriError('INTERNAL', 'the answer is compressed, which was not asked for'),
  );
  expect(() => new MessageFinder(() => undefined).add(Buffer.from([0, 4, 0, 0, 1]))).toThrow(
    new CriError('RESOURCE_EXHAUSTED', 'the answer has 67108865 bytes; more than 67108864 are not taken'),
  );
});
