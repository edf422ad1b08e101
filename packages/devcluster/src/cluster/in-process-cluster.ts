import { type IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
} from '../certificates/certificate-authority.ts';
import { issueKubeletClientCertificate } from '../certificates/kubelet-client-certificate.ts';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import type { Registry, UserInfo } from '../registry/registry.ts';
import { tokenAuthenticator } from '../server/authentication.ts';
import { InProcessResponse } from '../server/in-process-response.ts';
import { createClusterCore } from './cluster-core.ts';
import type { DevClusterOptions } from './dev-cluster.ts';

export interface InProcessClusterOptions extends Pick<
  DevClusterOptions,
  | 'clock'
  | 'serverVersion'
  | 'watchWindow'
  | 'intercept'
  | 'definitions'
  | 'scheduler'
  | 'nodeLifecycle'
  | 'onLoopError'
  | 'approveNodeCertificates'
> {
  /** Who makes the requests; the administrator by default. */
  user?: UserInfo;
  /** What each new `metadata.uid` is; random by default. */
  newUid?: () => string;
}

/** A request as it would be on the wire. */
export interface InProcessRequest {
  method: string;
  /** The path with its query. */
  url: string;
  headers?: IncomingHttpHeaders;
  body?: string;
  /** Who makes this request, when it is not the cluster's user. A bearer token in the headers goes before both. */
  user?: UserInfo;
  /** The client is gone when it is aborted. */
  signal?: AbortSignal;
}

export interface InProcessAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The bytes of the answer as they come. To stop reading ends the request. */
  body: AsyncIterable<Uint8Array>;
}

/** A development cluster without connections: the same answers, given in the same process. */
export interface InProcessCluster {
  clock: Clock;
  registry: Registry;
  /** Answers a request. Rejects where a connection would have been broken off. */
  send(request: InProcessRequest): Promise<InProcessAnswer>;
  /** Ends every request and watch. */
  close(): void;
}

const administrator: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters'] };

/**
 * Makes a development cluster that no port leads to. Nothing in it waits for the machine: with a clock that a test moves,
 * the same requests are answered in the same order every time.
 */
export function createInProcessCluster(options: InProcessClusterOptions = {}): InProcessCluster {
  const { clock = systemClock, user = administrator } = options;
  let kubeletClient: Promise<IssuedCertificate> | undefined;
  let authority: Promise<CertificateAuthority> | undefined;
  // Certificates are judged against the real time, whatever the cluster's clock says.
  const own = (): Promise<CertificateAuthority> =>
    (authority ??= createCertificateAuthority({ commonName: 'devcluster-ca', now: Date.now() }));
  const requesters = new WeakMap<IncomingMessage, UserInfo>();
  const core = createClusterCore({
    clock,
    authenticators: (tokens) => [tokenAuthenticator(tokens), (request) => requesters.get(request) ?? user],
    intercept: options.intercept,
    serverVersion: options.serverVersion,
    watchWindow: options.watchWindow,
    definitions: options.definitions,
    newUid: options.newUid,
    kubeletCredentials: () =>
      (kubeletClient ??= own().then((signer) => issueKubeletClientCertificate(signer, Date.now()))),
  });
  core.start({
    caCertificate: '',
    host: '127.0.0.1',
    port: 6443,
    scheduler: options.scheduler,
    nodeLifecycle: options.nodeLifecycle,
    onLoopError: options.onLoopError,
    certificates: {
      authority: own,
      now: () => Date.now(),
      approvesNodes: options.approveNodeCertificates ?? true,
    },
  });
  return {
    clock,
    registry: core.registry,

    async send(request) {
      const message = incoming(request);
      if (request.user !== undefined) requesters.set(message, request.user);
      const response = new InProcessResponse(message);
      const leave = (): void => void response.destroy();
      if (request.signal?.aborted === true) leave();
      request.signal?.addEventListener('abort', leave, { once: true });
      response.once('close', () => request.signal?.removeEventListener('abort', leave));
      void core.handler(message, response);
      const { status, headers } = await response.head;
      return { status, headers: headers as InProcessAnswer['headers'], body: response.read() };
    },

    close: () => void core.stop(),
  };
}

/** The request that the handlers read; its socket leads nowhere. */
function incoming({ method, url, headers = {}, body }: InProcessRequest): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.method = method;
  message.url = url;
  message.headers = headers;
  if (body !== undefined) message.push(body);
  message.push(null);
  message.complete = true;
  return message;
}
