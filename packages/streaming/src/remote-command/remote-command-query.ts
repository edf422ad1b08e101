import { UpgradeRefused } from '../errors/upgrade-refused.ts';

/** Which streams a remote command has. */
export interface RemoteCommandStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  /** Without effect where there is a terminal: it carries both. */
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** What the query of `/exec` and `/attach` asks for. */
export interface RemoteCommandQuery extends RemoteCommandStreams {
  /** Empty for `/attach`. */
  readonly command: readonly string[];
}

/**
 * Reads the query as the kubelet does: `input`, `output`, `error` and `tty` are asked for by `1`.
 *
 * @throws UpgradeRefused with status 400 when no stream is asked for. It has not been answered yet.
 */
export function readRemoteCommandQuery(query: URLSearchParams): RemoteCommandQuery {
  const asked = (name: string): boolean => query.get(name) === '1';
  const tty = asked('tty');
  const streams = { stdin: asked('input'), stdout: asked('output'), stderr: asked('error') && !tty, tty };
  if (!streams.stdin && !streams.stdout && !streams.stderr) {
    throw new UpgradeRefused(400, 'you must specify at least 1 of stdin, stdout, stderr');
  }
  return { command: query.getAll('command'), ...streams };
}
