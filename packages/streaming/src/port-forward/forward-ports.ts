import { UpgradeRefused } from '../errors/upgrade-refused.ts';

/** A port number, 1 to 65535; `undefined` for anything else. */
export function parsePort(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,5}$/.test(text)) {
    return undefined;
  }
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** More would not fit into the channel numbers of one WebSocket. */
const mostPorts = 127;

/**
 * Reads `?port=80&port=443,8080` of a request for ports as WebSocket channels. Empty when there is none.
 *
 * @throws UpgradeRefused with status 400 when one is not a port, or there are too many. It has not been answered yet.
 */
export function readPortForwardQuery(query: URLSearchParams): number[] {
  const texts = query.getAll('port').flatMap((value) => value.split(','));
  const ports = texts.map((text) => {
    const port = parsePort(text);
    if (port === undefined) {
      throw new UpgradeRefused(400, `unable to parse "${text.slice(0, 16)}" as a port`);
    }
    return port;
  });
  if (ports.length > mostPorts) {
    throw new UpgradeRefused(400, `${ports.length} ports in one request, more than ${mostPorts}`);
  }
  return ports;
}
