import { flagFin, frameType, spdyVersion } from './frame-types.ts';
import type { GoAwayStatus, ResetStatus } from './frame-types.ts';

function controlFrame(type: number, flags: number, payloadBytes: number): Buffer {
  const frame = Buffer.allocUnsafe(8 + payloadBytes);
  frame.writeUInt16BE(0x80_00 | spdyVersion, 0);
  frame.writeUInt16BE(type, 2);
  frame.writeUInt8(flags, 4);
  frame.writeUIntBE(payloadBytes, 5, 3);
  return frame;
}

/** The eight bytes before the payload of a DATA frame, which is written after them as it is. */
export function dataFrameHeader(streamId: number, payloadBytes: number, fin: boolean): Buffer {
  const header = Buffer.allocUnsafe(8);
  header.writeUInt32BE(streamId, 0);
  header.writeUInt8(fin ? flagFin : 0, 4);
  header.writeUIntBE(payloadBytes, 5, 3);
  return header;
}

/** Longer writes are cut into frames of this many bytes, so that streams take turns. */
export const dataFrameBytes: number = 64 * 1024;

/** DATA frames as headers and slices of `chunk`, in turn; at least one frame. */
export function dataFrames(streamId: number, chunk: Uint8Array, fin: boolean): Uint8Array[] {
  if (chunk.length === 0) {
    return [dataFrameHeader(streamId, 0, fin)];
  }
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset < chunk.length; offset += dataFrameBytes) {
    const part = chunk.length <= dataFrameBytes ? chunk : chunk.subarray(offset, offset + dataFrameBytes);
    frames.push(dataFrameHeader(streamId, part.length, fin && offset + dataFrameBytes >= chunk.length), part);
  }
  return frames;
}

export function synStreamFrame(streamId: number, headerBlock: Buffer, fin: boolean): Buffer {
  const frame = controlFrame(frameType.synStream, fin ? flagFin : 0, 10 + headerBlock.length);
  frame.writeUInt32BE(streamId, 8);
  frame.fill(0, 12, 18);
  headerBlock.copy(frame, 18);
  return frame;
}

export function synReplyFrame(streamId: number, headerBlock: Buffer, fin: boolean): Buffer {
  const frame = controlFrame(frameType.synReply, fin ? flagFin : 0, 4 + headerBlock.length);
  frame.writeUInt32BE(streamId, 8);
  headerBlock.copy(frame, 12);
  return frame;
}

export function rstStreamFrame(streamId: number, status: ResetStatus): Buffer {
  const frame = controlFrame(frameType.rstStream, 0, 8);
  frame.writeUInt32BE(streamId, 8);
  frame.writeUInt32BE(status, 12);
  return frame;
}

export function pingFrame(id: number): Buffer {
  const frame = controlFrame(frameType.ping, 0, 4);
  frame.writeUInt32BE(id, 8);
  return frame;
}

export function goAwayFrame(lastGoodStreamId: number, status: GoAwayStatus): Buffer {
  const frame = controlFrame(frameType.goAway, 0, 8);
  frame.writeUInt32BE(lastGoodStreamId, 8);
  frame.writeUInt32BE(status, 12);
  return frame;
}
