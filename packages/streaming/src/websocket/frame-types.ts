/** Opcodes of frames (RFC 6455, section 5.2). Those from 8 on are control frames. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Status codes of a close (RFC 6455, section 7.4.1). */
export const closeCode = { normal: 1000, protocolError: 1002 } as const;

export type CloseCode = (typeof closeCode)[keyof typeof closeCode];
