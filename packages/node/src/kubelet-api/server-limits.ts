/**
 * What the handler expects of the server that it is put on: options for `createServer` of node:http and node:https. The
 * command of an exec is in the query, so heads are as long as with a kubelet: 1 MiB. Nobody may take long over one.
 */
export const kubeletApiServerLimits: {
  readonly maxHeaderSize: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
} = {
  maxHeaderSize: 1024 * 1024,
  headersTimeout: 30_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 90_000,
};
