import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptsJson, parseAccept } from '../api/media-type.ts';
import { sendError, sendJson, sendText } from '../api/respond.ts';
import {
  aggregatedDiscovery,
  coreVersions,
  groupDocument,
  groupList,
  groupVersions,
  resourceList,
} from '../discovery/discovery.ts';
import { encodeOpenApiV2, isProtobufOpenApi, openApiV2, openApiV2ProtobufType } from '../discovery/openapi-v2.ts';
import { OpenApiDocuments } from '../discovery/openapi.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { methodNotAllowed, notAcceptable } from '../status/errors.ts';

interface Binary {
  body: Buffer;
  contentType: string;
}

function sendBinary(response: ServerResponse, { body, contentType }: Binary): void {
  response.writeHead(200, { 'content-type': contentType, 'content-length': body.length });
  response.end(body);
}

export interface DocumentsOptions {
  resources: readonly ServedResource[];
  /** For example `v1.36.3`. */
  serverVersion: string;
  /** The server's host and port, known once it listens. */
  address: () => string;
}

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const healthPaths = new Set(['healthz', 'livez', 'readyz']);

function wantsAggregated(request: IncomingMessage): boolean {
  const first = parseAccept(request.headers.accept).find((type) => {
    const { as, g, v } = type.parameters;
    return acceptsJson(type) && (as === undefined || (g === 'apidiscovery.k8s.io' && v === 'v2'));
  });
  return first?.parameters['as'] === 'APIGroupDiscoveryList';
}

function versionDocument(gitVersion: string): object {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: `${process.platform}/${process.arch}`,
  };
}

/** What is served beside objects: discovery, OpenAPI, version and health. */
export class Documents {
  readonly #options: DocumentsOptions;
  #openApi: OpenApiDocuments | undefined;

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  /** Answers a path that names no resource; false when there is nothing at that path. */
  answer(segments: readonly string[], request: IncomingMessage, response: ServerResponse): boolean {
    const found = this.#find(segments, request);
    if (found === undefined) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') sendError(response, methodNotAllowed());
    else if (found.binary !== undefined) sendBinary(response, found.binary);
    else if (!parseAccept(request.headers.accept).some(acceptsJson)) sendError(response, notAcceptable());
    else if (found.text !== undefined) sendText(response, 200, found.text);
    else {
      const json = found.json ?? JSON.stringify(found.object);
      sendJson(response, 200, json, found.contentType === undefined ? {} : { contentType: found.contentType });
    }
    return true;
  }

  #find(
    segments: readonly string[],
    request: IncomingMessage,
  ): { object?: object; json?: string; text?: string; binary?: Binary; contentType?: string } | undefined {
    const [root = '', ...rest] = segments;
    if (healthPaths.has(root)) return { text: 'ok' };
    if (root === 'version' && rest.length === 0) return { object: versionDocument(this.#options.serverVersion) };
    if (root === 'openapi') return this.#openApiAt(rest, request);
    if (root === 'api' || root === 'apis') return this.#discovery(root, rest, request);
    return root === '' ? { object: { paths: this.#paths() } } : undefined;
  }

  #discovery(
    root: 'api' | 'apis',
    rest: readonly string[],
    request: IncomingMessage,
  ): { object: object; contentType?: string } | undefined {
    const { resources, address } = this.#options;
    if (rest.length === 0) {
      if (wantsAggregated(request))
        return { object: aggregatedDiscovery(resources, root), contentType: aggregatedType };
      return { object: root === 'api' ? coreVersions(address()) : groupList(resources) };
    }
    const [group = '', version] = root === 'api' ? ['', ...rest] : rest;
    if (version === undefined) {
      const object = groupDocument(resources, group);
      return object === undefined ? undefined : { object };
    }
    const isKnown = groupVersions(resources).some((one) => one.group === group && one.version === version);
    return isKnown ? { object: resourceList(resources, group, version) } : undefined;
  }

  #openApiAt(
    rest: readonly string[],
    request: IncomingMessage,
  ): { object?: object; json?: string; binary?: Binary } | undefined {
    const { resources, serverVersion } = this.#options;
    this.#openApi ??= new OpenApiDocuments(resources, serverVersion);
    const [version, ...path] = rest;
    if (version === 'v2' && path.length === 0) {
      const wantsProtobuf = parseAccept(request.headers.accept).some(({ type }) => isProtobufOpenApi(type));
      if (!wantsProtobuf) return { object: openApiV2(serverVersion) };
      return { binary: { body: encodeOpenApiV2(serverVersion), contentType: openApiV2ProtobufType } };
    }
    if (version !== 'v3') return undefined;
    if (path.length === 0) return { object: this.#openApi.index() };
    const json = this.#openApi.document(path.join('/'));
    return json === undefined ? undefined : { json };
  }

  #paths(): string[] {
    const versions = groupVersions(this.#options.resources);
    const groups = versions.map(({ group, version }) =>
      group === '' ? `/api/${version}` : `/apis/${group}/${version}`,
    );
    return ['/api', '/apis', ...groups, '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'];
  }
}
