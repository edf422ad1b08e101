import { protocolError } from '../errors/protocol-error.ts';

/** How a channel's number and its bytes become one message. */
export interface ChannelCodec {
  encode(channel: number, payload: Uint8Array): Buffer | string;
  /** @throws StreamingError when the message is none of this form. */
  decode(message: Buffer): { readonly channel: number; readonly payload: Buffer };
}

/** The number in the first byte, then the bytes as they are. */
export const binaryCodec: ChannelCodec = {
  encode: (channel, payload) => {
    const message = Buffer.allocUnsafe(1 + payload.length);
    message[0] = channel;
    message.set(payload, 1);
    return message;
  },
  decode: (message) => ({ channel: message.readUInt8(0), payload: message.subarray(1) }),
};

const digitZero = 0x30;

/** The number as a digit, then the bytes in base64, as text. */
export const base64Codec: ChannelCodec = {
  encode: (channel, payload) => {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    return String.fromCharCode(digitZero + channel) + bytes.toString('base64');
  },
  decode: (message) => {
    const channel = message.readUInt8(0) - digitZero;
    const text = message.toString('latin1', 1).replaceAll(/[\r\n]/g, '');
    const payload = Buffer.from(text, 'base64');
    const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='));
    if (text.length % 4 !== 0 || payload.length !== (text.length / 4) * 3 - padding) {
      throw protocolError('a message of a base64 protocol is not base64');
    }
    return { channel, payload };
  },
};
