/** Writes text and says when it was taken. */
export async function writeText(stream: WritableStream<Uint8Array> | undefined, text: string): Promise<void> {
  if (stream === undefined) throw new Error('the stream was not asked for');
  const writer = stream.getWriter();
  await writer.write(Buffer.from(text));
  writer.releaseLock();
}

/** All of a stream as text. */
export async function textOf(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  if (stream === undefined) throw new Error('the stream was not asked for');
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Settles with the reason when the signal is aborted. */
export function reasonOf(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    else signal.addEventListener('abort', () => resolve(signal.reason), { once: true });
  });
}
