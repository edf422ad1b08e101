import { request as httpsRequest } from 'node:https';
import { refuseUpgrade } from '@vk/streaming';
import { createRequestAccess } from '../kubelet-api/access/create-request-access.ts';
import { NodeAuthorizer } from '../kubelet-api/access/node-authorizer.ts';
import { ReviewClient } from '../kubelet-api/access/review-client.ts';
import { TokenAuthenticator } from '../kubelet-api/access/token-authenticator.ts';
import { VerifiedPeers } from '../kubelet-api/access/verified-peers.ts';
import { KubeletApiListener } from '../kubelet-api/listener/kubelet-api-listener.ts';
import type { AccessVerb } from '../kubelet-api/request-access.ts';
import type { Logger } from '../provider/logger.ts';
import { FakeClock } from './fake-clock.ts';
import { ScriptedKubeClient } from './scripted-kube-client.ts';
import { type KeyPair, TestCertificateAuthority } from './test-certificates.ts';

/** Who may do what, as a test writes it. A token or a right that is not here is refused. */
export interface Cluster {
  readonly tokens: Map<string, { readonly username: string; readonly groups?: readonly string[] }>;
  /** `USER VERB SUBRESOURCE` of those that are allowed. */
  readonly rights: Set<string>;
}

export interface Caller {
  readonly identity?: KeyPair;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  /** The first part is the verb, the others the subresources: `/create/pods/proxy`. */
  readonly path?: string;
}

/** A listener on the loopback address whose every request is decided on, and answered with what was decided. */
export interface AccessWorld {
  readonly clock: FakeClock;
  readonly client: ScriptedKubeClient;
  readonly cluster: Cluster;
  readonly clientAuthority: TestCertificateAuthority;
  readonly listener: KubeletApiListener;
  /** Lines of the level `warn` and above. */
  readonly complaints: string[];
  ask(caller: Caller): Promise<{ readonly status: number; readonly body: string }>;
  close(): Promise<void>;
}

interface Review {
  readonly spec: {
    readonly token?: string;
    readonly user?: string;
    readonly resourceAttributes?: { readonly verb: string; readonly subresource: string };
  };
}

/** Opens the world, with the client authority in force. */
export async function openAccessWorld(options: { readonly cacheLimit?: number } = {}): Promise<AccessWorld> {
  const clock = new FakeClock({ now: Date.now() });
  const client = new ScriptedKubeClient();
  const cluster: Cluster = { tokens: new Map(), rights: new Set() };
  const clientAuthority = new TestCertificateAuthority('client CA');
  const complaints: string[] = [];
  const log = recordingLog(complaints);
  client.answer = ({ body }) => ({ status: statusOf((body as Review).spec, cluster) });
  const peers = new VerifiedPeers(clock);
  const reviews = new ReviewClient({ client, clock, log, random: () => 0 });
  const { cacheLimit } = options;
  const limit = cacheLimit === undefined ? {} : { cacheLimit };
  const access = createRequestAccess({
    peers,
    tokens: new TokenAuthenticator({ reviews, clock, cacheMilliseconds: 120_000, ...limit }),
    authorizer: new NodeAuthorizer({
      reviews,
      clock,
      allowedMilliseconds: 300_000,
      deniedMilliseconds: 30_000,
      ...limit,
    }),
    log,
  });
  const listener = new KubeletApiListener({ host: '127.0.0.1', port: 0, peers, log });
  const serving = new TestCertificateAuthority('serving CA').issue({ commonName: 'node', hosts: ['127.0.0.1'] });
  listener.setCertificate({ certificate: serving.cert, privateKey: serving.key });
  listener.setClientAuthorities(clientAuthority.cert);
  listener.serve({
    handleRequest: (request, response) => {
      const [, verb = 'get', ...subresources] = (request.url ?? '').split('/');
      void access
        .decide(request, { nodeName: 'node-1', verb: verb as AccessVerb, subresources }, AbortSignal.timeout(20_000))
        .then((decision) =>
          decision.allowed
            ? response.writeHead(200).end(JSON.stringify(decision.user))
            : response.writeHead(decision.status).end(decision.message),
        );
    },
    handleUpgrade: (request, socket) => {
      if (request.headers.upgrade === 'test') {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n');
        return;
      }
      const attributes = { nodeName: 'node-1', verb: 'get', subresources: ['proxy'] } as const;
      void access
        .decide(request, attributes, AbortSignal.timeout(20_000))
        .then((decision) => refuseUpgrade(socket, { status: decision.allowed ? 418 : decision.status, message: '' }));
    },
  });
  await listener.listen();
  return {
    clock,
    client,
    cluster,
    clientAuthority,
    listener,
    complaints,
    ask: (caller) => ask(listener.port, caller),
    close: async () => {
      reviews.close();
      await listener.close();
    },
  };
}

function statusOf({ token, user, resourceAttributes }: Review['spec'], { tokens, rights }: Cluster): object {
  if (token !== undefined) {
    const holder = tokens.get(token);
    return holder === undefined ? { authenticated: false } : { authenticated: true, user: holder };
  }
  return { allowed: rights.has(`${user} ${resourceAttributes?.verb} ${resourceAttributes?.subresource}`) };
}

function ask(port: number, caller: Caller): Promise<{ readonly status: number; readonly body: string }> {
  const { identity, token, method = 'GET', path = '/get/proxy' } = caller;
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: false,
        rejectUnauthorized: false,
        ...identity,
        headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...caller.headers },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => (body += text));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    request.on('error', reject);
    request.end();
  });
}

function recordingLog(complaints: string[]): Logger {
  const log: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => complaints.push(message),
    error: (message) => complaints.push(message),
    with: () => log,
  };
  return log;
}
