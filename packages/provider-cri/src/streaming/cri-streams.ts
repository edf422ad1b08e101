import type { ContainerStreams, DuplexStream } from '@vk/node/provider';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { AttachRequest, ExecRequest, PortForwardRequest } from '../generated/api.ts';
import { forwardPort } from './forward-port.ts';
import { runStreams, wantedStreams, type StreamSettings } from './run-streams.ts';
import { streamingTarget } from './streaming-target.ts';

export interface StreamingSettings {
  readonly allowedHosts: readonly string[];
  readonly idleSeconds: number;
}

/** Exec, attach and port-forward: the runtime gives a one-time address for each, which is dialled at once. */
export class CriStreams {
  readonly #client: CriClient;
  readonly #settings: StreamingSettings;

  constructor(client: CriClient, settings: StreamingSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  async exec(
    containerId: string,
    cmd: readonly string[],
    io: ContainerStreams,
    limits: CallLimits,
  ): Promise<{ readonly exitCode: number }> {
    const request = ExecRequest.fromPartial({ containerId, cmd: [...cmd], ...wantedStreams(io) });
    const { url } = await this.#client.runtime.call(runtimeService.exec, request, limits);
    return { exitCode: await runStreams(io, this.#settingsFor(url, limits.signal)) };
  }

  async attach(containerId: string, io: ContainerStreams, limits: CallLimits): Promise<void> {
    const request = AttachRequest.fromPartial({ containerId, ...wantedStreams(io) });
    const { url } = await this.#client.runtime.call(runtimeService.attach, request, limits);
    await runStreams(io, this.#settingsFor(url, limits.signal));
  }

  async portForward(podSandboxId: string, port: number, stream: DuplexStream, limits: CallLimits): Promise<void> {
    const request = PortForwardRequest.fromPartial({ podSandboxId, port: [port] });
    const { url } = await this.#client.runtime.call(runtimeService.portForward, request, limits);
    await forwardPort(port, stream, this.#settingsFor(url, limits.signal));
  }

  #settingsFor(url: string, signal: AbortSignal): StreamSettings {
    const { idleSeconds } = this.#settings;
    return { url: streamingTarget(url, this.#settings), idleMilliseconds: idleSeconds * 1000, signal };
  }
}
