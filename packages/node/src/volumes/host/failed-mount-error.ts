/** A volume of a pod could not be made on this host. The message is the kubelet's, fit for an event with the reason `FailedMount`. */
export class FailedMountError extends Error {
  override readonly name = 'FailedMountError';
  readonly code = 'FailedMount';
  /** The volume's name in the pod. */
  readonly volume: string;

  constructor(volume: string, problem: string, options?: ErrorOptions) {
    super(`MountVolume.SetUp failed for volume "${volume}" : ${problem}`, options);
    this.volume = volume;
  }

  static isInstance(error: unknown): error is FailedMountError {
    return error instanceof Error && 'code' in error && error.code === 'FailedMount';
  }
}
