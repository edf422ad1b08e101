/** The reasons of upstream Virtual Kubelet, and one for each kind of source that it passes over in silence. */
export type EnvironmentProblemReason =
  | 'OptionalConfigMapNotFound'
  | 'OptionalConfigMapKeyNotFound'
  | 'FailedToReadOptionalConfigMap'
  | 'OptionalSecretNotFound'
  | 'OptionalSecretKeyNotFound'
  | 'FailedToReadOptionalSecret'
  | 'MandatoryConfigMapNotFound'
  | 'MandatoryConfigMapKeyNotFound'
  | 'FailedToReadMandatoryConfigMap'
  | 'MandatorySecretNotFound'
  | 'MandatorySecretKeyNotFound'
  | 'FailedToReadMandatorySecret'
  | 'FailedToReadServices'
  | 'InvalidEnvironmentVariableNames'
  | 'InvalidFieldReference'
  | 'InvalidResourceFieldReference'
  | 'UnsupportedEnvironmentSource';

/** Something about a container's environment that is not as the pod's author wants it. Never holds a value. */
export interface EnvironmentProblem {
  /** For the event. */
  readonly reason: EnvironmentProblemReason;
  /** What is missing, and for which variable of which container. */
  readonly message: string;
  /** True when the pod must not start before this is mended. */
  readonly mandatory: boolean;
  /** The container, as events name it: for example `spec.containers{app}`. */
  readonly fieldPath: string;
}
