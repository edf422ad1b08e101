import { PassThrough, type Readable, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Exec, type KubeConfig, type V1Status } from '@kubernetes/client-node';
import { namespace } from './client-world.ts';

export interface CommandRun {
  /** What the client was told of the end. */
  readonly status: V1Status;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** The subprotocol that the client and the server have agreed on. */
  readonly protocol: string;
}

export interface CommandOptions {
  readonly pod: string;
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdin?: Readable;
}

/** Runs a command in a container to its end. */
export async function runCommand(config: KubeConfig, options: CommandOptions): Promise<CommandRun> {
  const { pod, container = 'app', command, stdin = null } = options;
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const ended = Promise.withResolvers<V1Status>();
  const { protocol } = await new Exec(config).exec(
    namespace,
    pod,
    container,
    [...command],
    stdout,
    stderr,
    stdin,
    false,
    ended.resolve,
  );
  const [out, error, status] = await Promise.all([buffer(stdout), buffer(stderr), ended.promise]);
  return { stdout: out, stderr: error, status, protocol };
}

/** The exit code that the status tells of, 0 for success. */
export function exitCodeOf({ status, details }: V1Status): number | undefined {
  if (status === 'Success') return 0;
  const cause = details?.causes?.find(({ reason }) => reason === 'ExitCode');
  return cause?.message === undefined ? undefined : Number(cause.message);
}

/** Collects text, and says when some of it has come. */
export function listenTo(stream: Readable): { readonly text: () => string; says(part: string): Promise<void> } {
  let text = '';
  let onText = (): void => undefined;
  stream.on('data', (bytes: Buffer) => {
    text += bytes.toString();
    onText();
  });
  return {
    text: () => text,
    says: (part) =>
      new Promise((resolve) => {
        onText = () => {
          if (text.includes(part)) resolve();
        };
        onText();
      }),
  };
}

/** A stream that the client takes for a terminal, because it has a size. */
export class Terminal extends PassThrough implements Writable {
  columns = 80;
  rows = 24;

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }
}
