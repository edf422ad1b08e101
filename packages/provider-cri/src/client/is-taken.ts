import type { CriError } from './cri-error.ts';

/** A sandbox or container of this name is there: containerd and CRI-O keep a name until what they make under it is there or has failed. */
export function isTaken({ grpcStatus, message }: CriError): boolean {
  return grpcStatus === 'ALREADY_EXISTS' || /is reserved for|already (in use|exists)/u.test(message);
}
