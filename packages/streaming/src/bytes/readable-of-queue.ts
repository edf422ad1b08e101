import type { ByteQueue } from './byte-queue.ts';

/**
 * The queue as a web stream. It holds nothing of its own, so that the queue's count is all there is. Cancelling it
 * discards what still comes.
 */
export function readableOfQueue(queue: ByteQueue): ReadableStream<Uint8Array> {
  const deliver = (controller: ReadableStreamDefaultController<Uint8Array>, chunk: Uint8Array | undefined): void => {
    if (chunk === undefined) {
      controller.close();
    } else {
      controller.enqueue(chunk);
    }
  };
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const chunk = queue.take();
        if (chunk !== undefined) {
          controller.enqueue(chunk);
          return;
        }
        return queue.read().then((next) => deliver(controller, next));
      },
      cancel: () => queue.discard(),
    },
    { highWaterMark: 0 },
  );
}
