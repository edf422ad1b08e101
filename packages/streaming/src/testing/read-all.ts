/** Everything that comes, as text; nothing for a stream that is not there. */
export async function readAll(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  if (stream !== undefined) {
    for await (const chunk of stream) {
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks).toString('latin1');
}

/** Writes all of it and leaves the stream open. */
export async function writeText(stream: WritableStream<Uint8Array> | undefined, text: string): Promise<void> {
  const writer = stream?.getWriter();
  await writer?.write(Buffer.from(text, 'latin1'));
  writer?.releaseLock();
}
