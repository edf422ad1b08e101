import { flagFin, flagUnidirectional, frameType } from './frame-types.ts';
import type { ControlFrame } from './frame-types.ts';
import { protocolError } from '../errors/protocol-error.ts';

function streamIdAt(payload: Buffer, offset: number): number {
  const id = payload.readUInt32BE(offset) & 0x7f_ff_ff_ff;
  if (id === 0) {
    throw protocolError('a frame names stream 0');
  }
  return id;
}

/** Lengths that the type demands: exactly, or at least. */
const lengths: Readonly<Record<number, { readonly exactly?: number; readonly atLeast?: number }>> = {
  [frameType.synStream]: { atLeast: 10 },
  [frameType.synReply]: { atLeast: 4 },
  [frameType.rstStream]: { exactly: 8 },
  [frameType.settings]: { atLeast: 4 },
  [frameType.ping]: { exactly: 4 },
  [frameType.goAway]: { exactly: 8 },
  [frameType.headers]: { atLeast: 4 },
  [frameType.windowUpdate]: { exactly: 8 },
};

/**
 * Checks the length that a frame declares, before anything of it is kept.
 *
 * @throws StreamingError when the type cannot have that length.
 */
export function checkControlFrameLength(type: number, length: number, settings: number): void {
  const rule = lengths[type];
  const wrong = rule?.exactly === undefined ? length < (rule?.atLeast ?? 0) : length !== rule.exactly;
  if (wrong) {
    throw protocolError(`a control frame of type ${type} has ${length} bytes`);
  }
  if (type === frameType.settings && length > 4 + 8 * settings) {
    throw protocolError(`a SETTINGS frame of ${length} bytes has more than ${settings} entries`);
  }
}

/** Reads a control frame of a checked length; `undefined` for one that says nothing to us. */
export function parseControlFrame(type: number, flags: number, payload: Buffer): ControlFrame | undefined {
  const fin = (flags & flagFin) !== 0;
  switch (type) {
    case frameType.synStream: {
      const unidirectional = (flags & flagUnidirectional) !== 0;
      const streamId = streamIdAt(payload, 0);
      return { type: 'SYN_STREAM', streamId, fin, unidirectional, headerBlock: payload.subarray(10) };
    }
    case frameType.synReply:
      return { type: 'SYN_REPLY', streamId: streamIdAt(payload, 0), fin, headerBlock: payload.subarray(4) };
    case frameType.headers:
      return { type: 'HEADERS', streamId: streamIdAt(payload, 0), fin, headerBlock: payload.subarray(4) };
    case frameType.rstStream:
      return { type: 'RST_STREAM', streamId: streamIdAt(payload, 0), status: payload.readUInt32BE(4) };
    case frameType.ping:
      return { type: 'PING', id: payload.readUInt32BE(0) };
    case frameType.goAway: {
      const lastGoodStreamId = payload.readUInt32BE(0) & 0x7f_ff_ff_ff;
      return { type: 'GOAWAY', lastGoodStreamId, status: payload.readUInt32BE(4) };
    }
    case frameType.settings:
      if (payload.readUInt32BE(0) !== (payload.length - 4) / 8) {
        throw protocolError('a SETTINGS frame declares another number of entries than it has');
      }
      return undefined;
    default:
      return undefined;
  }
}
