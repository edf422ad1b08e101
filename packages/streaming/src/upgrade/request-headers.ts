import type { IncomingMessage } from 'node:http';

/** The values of a header that may be given several times and as a list. */
export function headerList(request: IncomingMessage, name: string): string[] {
  const values = request.headersDistinct[name] ?? [];
  return values
    .join(',')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function asksForUpgrade(request: IncomingMessage): boolean {
  return headerList(request, 'connection').some((value) => value.toLowerCase() === 'upgrade');
}

/** What kind of upgrade a request asks for, if it is one of ours. */
export function upgradeKind(request: IncomingMessage): 'spdy' | 'websocket' | undefined {
  if (!asksForUpgrade(request)) {
    return undefined;
  }
  const wanted = headerList(request, 'upgrade').map((value) => value.toLowerCase());
  if (wanted.includes('websocket')) {
    return 'websocket';
  }
  return wanted.includes('spdy/3.1') ? 'spdy' : undefined;
}

/** The first protocol of the client's list that is in ours. */
export function chooseProtocol<P extends string>(offered: readonly string[], ours: readonly P[]): P | undefined {
  for (const offer of offered) {
    const match = ours.find((protocol) => protocol === offer);
    if (match !== undefined) {
      return match;
    }
  }
  return undefined;
}
