import { createSecureContext } from 'node:tls';
import type { ExecPlugin } from './exec-plugin.ts';
import { KubeConfigError } from './kube-config-error.ts';
import { WatchedFile } from './watched-file.ts';

/** What a TLS connection to the API server is made with; PEM texts. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the certificate must be for, where it is not the host of the address. */
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Header names are in lower case; a header with several values is sent several times. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** What a request is made with. */
export interface Presented {
  /** The same object as long as nothing changed, so that connections are kept exactly that long. */
  readonly tls: TlsMaterial;
  readonly headers: Headers;
}

/** Who we are to the API server, kept up to date. */
export interface Credentials {
  current(signal: AbortSignal): Promise<Presented>;
  /** After a 401: drops what is cached. True when the next try may present something else. */
  refresh(): boolean;
}

/** A text that is given, or a file that is read again when it changes. */
export type Source = string | WatchedFile;

export interface CredentialsOptions {
  readonly ca?: Source | undefined;
  readonly cert?: Source | undefined;
  readonly key?: Source | undefined;
  readonly token?: Source | undefined;
  readonly servername?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly exec?: ExecPlugin | undefined;
  /** Headers that something else works out for each request. */
  readonly moreHeaders?: (() => Promise<Headers>) | undefined;
  /** Headers of impersonation. */
  readonly fixedHeaders?: Headers;
}

/** Puts credentials together from their parts. */
export function createCredentials(options: CredentialsOptions): Credentials {
  let last: TlsMaterial | undefined;
  const files = [options.ca, options.cert, options.key, options.token].filter(
    (source) => source instanceof WatchedFile,
  );

  async function tls(fromPlugin: { cert?: string; key?: string }): Promise<TlsMaterial> {
    const ca = await read(options.ca);
    const cert = fromPlugin.cert ?? (await read(options.cert));
    const key = fromPlugin.key ?? (await read(options.key));
    if (last !== undefined && last.ca === ca && last.cert === cert && last.key === key) return last;
    const next: TlsMaterial = {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(options.servername === undefined ? {} : { servername: options.servername }),
      ...(options.insecureSkipTlsVerify === true ? { rejectUnauthorized: false } : {}),
    };
    last = usable(next, last);
    return last;
  }

  return {
    async current(signal) {
      const fromPlugin = (await options.exec?.current(signal)) ?? {};
      const headers: Record<string, string | readonly string[]> = {
        ...options.fixedHeaders,
        ...(await options.moreHeaders?.()),
      };
      const token = fromPlugin.token ?? (await read(options.token))?.trim();
      if (token !== undefined && token !== '') headers['authorization'] = `Bearer ${token}`;
      else if (options.username !== undefined) {
        const pair = Buffer.from(`${options.username}:${options.password ?? ''}`).toString('base64');
        headers['authorization'] = `Basic ${pair}`;
      }
      return { tls: await tls(fromPlugin), headers };
    },
    refresh() {
      for (const file of files) file.expire();
      options.exec?.expire();
      return files.length > 0 || options.exec !== undefined || options.moreHeaders !== undefined;
    },
  };
}

/** A certificate and its key are two files: between the two writes they do not match, and the pair before stays in force. */
function usable(next: TlsMaterial, last: TlsMaterial | undefined): TlsMaterial {
  try {
    createSecureContext({ ca: next.ca, cert: next.cert, key: next.key });
    return next;
  } catch (cause) {
    if (last !== undefined) return last;
    throw new KubeConfigError('the certificates for the API server cannot be used', cause);
  }
}

async function read(source: Source | undefined): Promise<string | undefined> {
  return source instanceof WatchedFile ? source.read() : source;
}
