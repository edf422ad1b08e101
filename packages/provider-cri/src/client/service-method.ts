import type { BinaryReader } from '@bufbuild/protobuf/wire';

/** How a message is written to and read from bytes; the generated code's shape, no more of it than is used. */
export interface MessageType<Message> {
  encode(message: Message): { finish(): Uint8Array };
  decode(input: BinaryReader | Uint8Array): Message;
}

/** A call with one answer, as the generated service definitions describe it. */
export interface UnaryMethod<Request, Response> {
  readonly name: string;
  readonly requestType: MessageType<Request>;
  readonly responseType: MessageType<Response>;
}

/** A call with a stream of answers. */
export type StreamMethod<Request, Response> = UnaryMethod<Request, Response>;
