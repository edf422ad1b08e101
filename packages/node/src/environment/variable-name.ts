/**
 * True for a name that current Kubernetes accepts for an environment variable: one or more printable ASCII characters
 * other than `=`.
 *
 * Source of the rule: KEP-4369, relaxed environment variable validation.
 */
export function isEnvironmentVariableName(name: string): boolean {
  return /^[\x20-\x3c\x3e-\x7e]+$/.test(name);
}
