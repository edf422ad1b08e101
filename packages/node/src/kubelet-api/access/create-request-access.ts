import type { IncomingMessage } from 'node:http';
import { readProtocolToken } from '@vk/streaming';
import type { Logger } from '../../provider/logger.ts';
import type { AccessDecision, RequestAccess, RequestUser } from '../request-access.ts';
import type { Authentication } from './authentication.ts';
import { bearerToken } from './bearer-token.ts';
import type { NodeAuthorizer } from './node-authorizer.ts';
import type { TokenAuthenticator } from './token-authenticator.ts';
import type { VerifiedPeers } from './verified-peers.ts';

export interface RequestAccessOptions {
  readonly peers: VerifiedPeers;
  readonly tokens: TokenAuthenticator;
  readonly authorizer: NodeAuthorizer;
  readonly log: Logger;
}

/** What everybody who was recognised belongs to, as the API server has it. */
const authenticatedGroup = 'system:authenticated';

/**
 * Client certificate or bearer token, in a header or as a WebSocket protocol: any one is enough; then SubjectAccessReview. There is no anonymous user. What a
 * client is told is the kubelet's one word; why is in the log.
 */
export function createRequestAccess({ peers, tokens, authorizer, log }: RequestAccessOptions): RequestAccess {
  async function byToken(token: string | undefined, signal: AbortSignal): Promise<Authentication> {
    return token === undefined ? { kind: 'absent' } : tokens.authenticate(token, signal);
  }

  async function byProtocol(request: IncomingMessage, signal: AbortSignal): Promise<Authentication> {
    const given = readProtocolToken(request);
    if (given !== undefined && 'problem' in given) return { kind: 'refused', reason: given.problem };
    return byToken(given?.token, signal);
  }

  async function authenticate(request: IncomingMessage, signal: AbortSignal): Promise<RequestUser | string> {
    const ways = [
      async () => peers.authenticate(request.socket),
      () => byToken(bearerToken(request), signal),
      () => byProtocol(request, signal),
    ];
    const reasons: string[] = [];
    for (const way of ways) {
      const tried = await way();
      if (tried.kind === 'user') return tried.user;
      if (tried.kind === 'refused') reasons.push(tried.reason);
    }
    return reasons.length === 0
      ? 'neither a client certificate nor a bearer token came with the request'
      : reasons.join('; ');
  }

  return {
    async decide(request, attributes, signal): Promise<AccessDecision> {
      const asked = { verb: attributes.verb, subresources: attributes.subresources, node: attributes.nodeName };
      let user: RequestUser | string;
      try {
        user = await authenticate(request, signal);
      } catch (error) {
        log.debug('A request to the kubelet API could not be authenticated', { ...asked, error });
        return unauthorized;
      }
      if (typeof user === 'string') {
        log.debug('A request to the kubelet API is from nobody known', { ...asked, reason: user });
        return unauthorized;
      }
      const known = withAuthenticatedGroup(user);
      try {
        if (await authorizer.allows(known, attributes, signal)) return { allowed: true, user: known };
      } catch (error) {
        log.debug('A request to the kubelet API could not be decided', { ...asked, user: known.username, error });
        return { allowed: false, status: 500, message: 'Internal Server Error' };
      }
      log.debug('A request to the kubelet API is not allowed', { ...asked, user: known.username });
      return {
        allowed: false,
        status: 403,
        message: `Forbidden (user=${known.username}, verb=${attributes.verb}, resource=nodes, subresource(s)=[${attributes.subresources.join(' ')}])`,
      };
    },
  };
}

const unauthorized: AccessDecision = { allowed: false, status: 401, message: 'Unauthorized' };

function withAuthenticatedGroup(user: RequestUser): RequestUser {
  return user.groups.includes(authenticatedGroup) ? user : { ...user, groups: [...user.groups, authenticatedGroup] };
}
