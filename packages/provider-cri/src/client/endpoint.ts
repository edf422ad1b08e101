/** What is written for a runtime's socket: `unix:///run/x.sock`, or the path alone. */
export function socketPath(endpoint: string): string | undefined {
  const path = endpoint.startsWith('unix://') ? endpoint.slice('unix://'.length) : endpoint;
  return path.startsWith('/') ? path : undefined;
}
