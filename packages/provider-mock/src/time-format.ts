/** RFC 3339 with whole seconds, as Kubernetes writes `metav1.Time`. */
export function formatTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
