import type { FlagKey } from './flag-values.ts';

/** A flag of the Go programs that this one accepts, so that command lines and manifests go on working, and says why it does nothing. */
export interface RetiredFlag {
  /** Without the dashes; undefined for a variable that never had a flag. */
  readonly name?: string;
  readonly variables?: readonly string[];
  /** A switch takes no value. */
  readonly isSwitch?: boolean;
  /** Ends the sentence of the warning. */
  readonly advice: string;
  /** Its value is used for this flag, unless that one is given as well. */
  readonly replacedBy?: FlagKey;
}

const closed = 'has no effect: the kubelet API never serves a request without authenticating and authorising it';
const tracing = 'has no effect: traces are sent by OTLP; use --trace-exporter otlp and OTEL_EXPORTER_OTLP_ENDPOINT';
const klog = 'has no effect: use --log-level and --log-format';

/** klog's own flags; the value says whether it is a switch. */
const klogFlags: Readonly<Record<string, boolean>> = {
  add_dir_header: true,
  alsologtostderr: true,
  log_backtrace_at: false,
  log_dir: false,
  log_file: false,
  log_file_max_size: false,
  logtostderr: true,
  one_output: true,
  skip_headers: true,
  skip_log_headers: true,
  stderrthreshold: false,
  v: false,
  vmodule: false,
};

/** Every flag and variable of the Go virtual-kubelet command and of node-cli that is accepted without doing what it did. */
export const retiredFlags: readonly RetiredFlag[] = [
  { name: 'taint', replacedBy: 'taintKey', advice: 'is deprecated: use --taint-key' },
  { name: 'namespace', advice: 'has no effect: a node runs the pods of every namespace that are bound to it' },
  { name: 'enable-node-lease', isSwitch: true, advice: 'has no effect: the node always keeps a lease' },
  { name: 'full-resync-period', advice: 'has no effect: watches are resumed, and listed anew when they cannot be' },
  {
    name: 'kube-api-qps',
    advice: 'has no effect: the number of requests under way adapts, and the Retry-After of the API server is kept',
  },
  {
    name: 'kube-api-burst',
    advice: 'has no effect: the number of requests under way adapts, and the Retry-After of the API server is kept',
  },
  { name: 'no-verify-clients', isSwitch: true, advice: closed },
  { name: 'client-verify-ca', replacedBy: 'clientCaFile', advice: 'is deprecated: use --client-ca-file' },
  {
    name: 'authentication-token-webhook',
    isSwitch: true,
    advice: 'has no effect: bearer tokens are always taken, and reviewed by the API server',
  },
  { name: 'trace-zpages-addr', variables: ['ZPAGES_ADDR', 'ZPAGES_PORT'], advice: tracing },
  { variables: ['JAEGER_COLLECTOR_ENDPOINT', 'JAEGER_AGENT_ENDPOINT'], advice: tracing },
  { variables: ['JAEGER_USER', 'JAEGER_PASSWORD'], advice: tracing },
  { variables: ['OCAGENT_ENDPOINT', 'OCAGENT_INSECURE'], advice: tracing },
  ...Object.entries(klogFlags).map(([name, isSwitch]) => ({ name: `klog.${name}`, isSwitch, advice: klog })),
];
