/** The status that a request is answered with: that of `/status/503` and the like, else 200. */
export function statusFor(url: string): number {
  const status = Number(/^\/status\/([1-5]\d\d)(?:[/?]|$)/u.exec(url)?.[1] ?? 200);
  // What HTTP sends before an answer is not one.
  return status < 200 ? 200 : status;
}

/** What stands before the body in an answer: the request as it came. */
export function requestText(method: string, url: string, headers: readonly (readonly [string, string])[]): string {
  return `${[`${method} ${url} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\n')}\n\n`;
}
