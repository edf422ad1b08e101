/** A volume whose contents cannot be had: the pod must not start before this is mended. Never holds contents. */
export interface VolumeProblem {
  /** The kubelet's, for the event. */
  readonly reason: 'FailedMount';
  /** As the kubelet words it, with the volume's name and what is missing. */
  readonly message: string;
  readonly mandatory: true;
  /** For example `spec.volumes[2]`. */
  readonly fieldPath: string;
}
