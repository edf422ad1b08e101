import type { AskedStreams, ContainerStreams, DuplexStream } from '@vk/node/provider';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { AttachRequest, ExecRequest, PortForwardRequest } from '../generated/api.ts';
import { forwardPort } from './forward-port.ts';
import { runStreams, wantedStreams, type StreamAddress } from './run-streams.ts';
import { streamingTarget } from './streaming-target.ts';

export interface StreamingSettings {
  readonly allowedHosts: readonly string[];
  readonly idleSeconds: number;
}

/**
 * Exec, attach and port-forward: the runtime gives a one-time address for each, which is dialled at once: by the kubelet API for
 * clients that speak what the runtime speaks, and here for all others.
 */
export class CriStreams {
  readonly #client: CriClient;
  readonly #settings: StreamingSettings;

  constructor(client: CriClient, settings: StreamingSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /** Where the runtime serves a command itself. */
  async getExec(
    containerId: string,
    cmd: readonly string[],
    { stdin, stdout, stderr, tty }: AskedStreams,
    limits: CallLimits,
  ): Promise<StreamAddress> {
    const request = ExecRequest.fromPartial({ containerId, cmd: [...cmd], stdin, stdout, stderr, tty });
    const { url } = await this.#client.runtime.call(runtimeService.exec, request, limits);
    return this.#addressOf(url);
  }

  async getAttach(
    containerId: string,
    { stdin, stdout, stderr, tty }: AskedStreams,
    limits: CallLimits,
  ): Promise<StreamAddress> {
    const request = AttachRequest.fromPartial({ containerId, stdin, stdout, stderr, tty });
    const { url } = await this.#client.runtime.call(runtimeService.attach, request, limits);
    return this.#addressOf(url);
  }

  /** Without ports: a client of SPDY names one for each connection. */
  async getPortForward(podSandboxId: string, limits: CallLimits): Promise<StreamAddress> {
    const request = PortForwardRequest.fromPartial({ podSandboxId });
    const { url } = await this.#client.runtime.call(runtimeService.portForward, request, limits);
    return this.#addressOf(url);
  }

  async exec(
    containerId: string,
    cmd: readonly string[],
    io: ContainerStreams,
    limits: CallLimits,
  ): Promise<{ readonly exitCode: number }> {
    const address = await this.getExec(containerId, cmd, wantedStreams(io), limits);
    return { exitCode: await runStreams(io, { ...address, signal: limits.signal }) };
  }

  async attach(containerId: string, io: ContainerStreams, limits: CallLimits): Promise<void> {
    const address = await this.getAttach(containerId, wantedStreams(io), limits);
    await runStreams(io, { ...address, signal: limits.signal });
  }

  async portForward(podSandboxId: string, port: number, stream: DuplexStream, limits: CallLimits): Promise<void> {
    const request = PortForwardRequest.fromPartial({ podSandboxId, port: [port] });
    const { url } = await this.#client.runtime.call(runtimeService.portForward, request, limits);
    await forwardPort(port, stream, { ...this.#addressOf(url), signal: limits.signal });
  }

  #addressOf(url: string): StreamAddress {
    return { url: streamingTarget(url, this.#settings), idleMilliseconds: this.#settings.idleSeconds * 1000 };
  }
}
