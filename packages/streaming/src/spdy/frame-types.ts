/** The version in every control frame. SPDY/3.1 differs from 3 in flow control alone, which Kubernetes does not use. */
export const spdyVersion = 3;

/** Types of control frames (SPDY protocol draft 3.1, section 2.6). Others are skipped. */
export const frameType = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

/** The sender has nothing more to send on the stream. */
export const flagFin = 1;
/** The receiver of a SYN_STREAM must send nothing on the stream. */
export const flagUnidirectional = 2;

/** Statuses of RST_STREAM. */
export const resetStatus = {
  protocolError: 1,
  invalidStream: 2,
  refusedStream: 3,
  cancel: 5,
  internalError: 6,
} as const;

export type ResetStatus = (typeof resetStatus)[keyof typeof resetStatus];

/** Statuses of GOAWAY. */
export const goAwayStatus = { ok: 0, protocolError: 1, internalError: 2 } as const;

export type GoAwayStatus = (typeof goAwayStatus)[keyof typeof goAwayStatus];

/** The length of a frame is a 24-bit number. */
export const longestFrame = 0xff_ff_ff;

/** A control frame as it came. Header blocks are still compressed: they have to be inflated in the order of the frames. */
export type ControlFrame =
  | {
      readonly type: 'SYN_STREAM';
      readonly streamId: number;
      readonly fin: boolean;
      readonly unidirectional: boolean;
      readonly headerBlock: Buffer;
    }
  | { readonly type: 'SYN_REPLY'; readonly streamId: number; readonly fin: boolean; readonly headerBlock: Buffer }
  | { readonly type: 'HEADERS'; readonly streamId: number; readonly fin: boolean; readonly headerBlock: Buffer }
  | { readonly type: 'RST_STREAM'; readonly streamId: number; readonly status: number }
  | { readonly type: 'PING'; readonly id: number }
  | { readonly type: 'GOAWAY'; readonly lastGoodStreamId: number; readonly status: number };
