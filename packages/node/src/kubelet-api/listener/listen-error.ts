/** The kubelet API cannot listen where it is to. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code = 'Listen';

  constructor(host: string, port: number, options: { readonly cause: Error }) {
    super(
      `the kubelet API cannot listen on ${host.includes(':') ? `[${host}]` : host}:${port}: ${options.cause.message}; choose another address (--kubelet-address) or port (--kubelet-port)`,
      options,
    );
  }
}
