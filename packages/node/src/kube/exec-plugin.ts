import { spawn } from 'node:child_process';
import { abortable } from '../work/abortable.ts';
import type { Clock } from '../work/clock.ts';
import { KubeConfigError } from './kube-config-error.ts';

/** The `exec` entry of a kubeconfig user (client.authentication.k8s.io). */
export interface ExecPluginConfig {
  readonly apiVersion: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
  readonly interactiveMode?: string;
  readonly provideClusterInfo?: boolean;
}

export interface ExecPluginOptions {
  readonly config: ExecPluginConfig;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** What a plugin with `provideClusterInfo` gets to know. */
  readonly clusterInfo?: unknown;
}

/** What a plugin hands out. */
export interface ExecCredential {
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A credential is replaced this long before it expires, so that no request leaves with one that expires on the way. */
const skewMilliseconds = 60_000;
const timeLimitMilliseconds = 60_000;
const longestOutput = 1 << 20;

/** A credential plugin: one process at a time, its answer kept until shortly before it expires or the API server refuses it. */
export class ExecPlugin {
  readonly #options: ExecPluginOptions;
  #credential: { readonly value: ExecCredential; readonly renewAt: number } | undefined;
  #running: Promise<ExecCredential> | undefined;

  constructor(options: ExecPluginOptions) {
    this.#options = options;
  }

  /** The credential in force. Throws a {@link KubeConfigError} when the plugin fails. */
  current(signal: AbortSignal): Promise<ExecCredential> {
    const kept = this.#credential;
    if (kept !== undefined && this.#options.clock.now() < kept.renewAt) return Promise.resolve(kept.value);
    this.#running ??= this.#renew().finally(() => {
      this.#running = undefined;
    });
    return abortable(this.#running, signal);
  }

  /** Asks the plugin again at the next use. */
  expire(): void {
    this.#credential = undefined;
  }

  async #renew(): Promise<ExecCredential> {
    const { config, clock } = this.#options;
    const answer = parseAnswer(config, await runPlugin(this.#options));
    const { token, clientCertificateData, clientKeyData, expirationTimestamp } = answer;
    const value: ExecCredential = {
      ...(token === undefined ? {} : { token }),
      ...(clientCertificateData === undefined ? {} : { cert: clientCertificateData }),
      ...(clientKeyData === undefined ? {} : { key: clientKeyData }),
    };
    const now = clock.now();
    const expiresAt = expirationTimestamp === undefined ? Number.POSITIVE_INFINITY : Date.parse(expirationTimestamp);
    // A credential that lives shorter than two skews is used for half of its life.
    const renewAt = expiresAt - Math.min(skewMilliseconds, Math.max(0, expiresAt - now) / 2);
    this.#credential = { value, renewAt };
    return value;
  }
}

interface ExecCredentialStatus {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

function parseAnswer(config: ExecPluginConfig, output: string): ExecCredentialStatus {
  let answer: { kind?: unknown; apiVersion?: unknown; status?: ExecCredentialStatus };
  try {
    answer = JSON.parse(output) as typeof answer;
  } catch {
    // The output is left out of the message: it may hold the credential.
    throw new KubeConfigError(`the credential plugin ${config.command} did not print an ExecCredential in JSON`);
  }
  if (answer.apiVersion !== config.apiVersion) {
    throw new KubeConfigError(
      `the credential plugin ${config.command} printed apiVersion ${JSON.stringify(answer.apiVersion)}, the kubeconfig asks for ${config.apiVersion}`,
    );
  }
  const { status } = answer;
  if (status?.token === undefined && status?.clientCertificateData === undefined) {
    throw new KubeConfigError(`the credential plugin ${config.command} gave neither a token nor a client certificate`);
  }
  return status;
}

function runPlugin(options: ExecPluginOptions): Promise<string> {
  const { config, environment, clock, clusterInfo } = options;
  const spec = { interactive: false, ...(config.provideClusterInfo === true ? { cluster: clusterInfo } : {}) };
  const env: Record<string, string | undefined> = { ...environment };
  for (const { name, value } of config.env ?? []) env[name] = value;
  env['KUBERNETES_EXEC_INFO'] = JSON.stringify({ apiVersion: config.apiVersion, kind: 'ExecCredential', spec });

  return new Promise((resolve, reject) => {
    const child = spawn(config.command, config.args ?? [], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const fail = (what: string, cause?: unknown): void => {
      const hint = config.installHint === undefined ? '' : ` (${config.installHint.trim()})`;
      reject(new KubeConfigError(`the credential plugin ${config.command} ${what}${hint}`, cause));
    };
    const timer = clock.setTimer(() => {
      child.kill('SIGKILL');
      fail(`gave no credential within ${timeLimitMilliseconds / 1_000} s`);
    }, timeLimitMilliseconds);
    const output = collect(child.stdout);
    const problems = collect(child.stderr);
    child.on('error', (cause) => {
      timer.cancel();
      fail('could not be started', cause);
    });
    child.on('close', (code, killedBy) => {
      timer.cancel();
      if (code === 0) resolve(output());
      else fail(`ended with ${killedBy ?? `exit code ${code}`}: ${problems().trim().replace(/\s+/g, ' ').slice(-500)}`);
    });
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= longestOutput) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
