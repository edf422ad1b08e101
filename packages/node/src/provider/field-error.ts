/** A field that a backend cannot honour. */
export interface FieldError {
  /** The path, for example `spec.hostNetwork` or `spec.volumes[2].nfs`. */
  readonly field: string;
  /** What is wrong with it and what would be right, for the event and the pod's status. */
  readonly message: string;
}

/** `field: message; field: message`, as it stands in events and in the status. */
export function formatFieldErrors(errors: readonly FieldError[]): string {
  return errors.map((error) => `${error.field}: ${error.message}`).join('; ');
}
