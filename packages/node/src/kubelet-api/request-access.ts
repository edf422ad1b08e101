import type { IncomingMessage } from 'node:http';

/** Who asks, as the API server knows them: the fields of `UserInfo` in authentication.k8s.io/v1. */
export interface RequestUser {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** The verb of a SubjectAccessReview on `nodes`. */
export type AccessVerb = 'get' | 'create' | 'update' | 'patch' | 'delete';

/** What a request wants of a node, in the terms of a SubjectAccessReview (KEP-2862). */
export interface RequestAttributes {
  readonly nodeName: string;
  readonly verb: AccessVerb;
  /** Subresources of `nodes` in the order in which they are tried; one that is allowed is enough. */
  readonly subresources: readonly string[];
}

export type AccessDecision =
  | { readonly allowed: true; readonly user: RequestUser }
  | {
      readonly allowed: false;
      /** 401: nobody known asks. 403: they may not. 500: there was nobody to decide. */
      readonly status: 401 | 403 | 500;
      readonly message: string;
    };

/** Decides on every request to the kubelet API before anything else looks at it. */
export interface RequestAccess {
  /** Never throws; what cannot be decided is refused. */
  decide(request: IncomingMessage, attributes: RequestAttributes, signal: AbortSignal): Promise<AccessDecision>;
}
