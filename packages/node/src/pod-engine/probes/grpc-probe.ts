import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:http2';
import type { ProbeOutcome } from '../machine/engine-action.ts';
import type { GrpcTarget } from './probe-runner.ts';

/** The codes of gRPC that make a difference here. */
const unimplemented = '12';
const servingStatuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const longestAnswer = 4096;

interface GrpcAnswer {
  readonly status: string | undefined;
  readonly message: string;
  readonly body: Buffer;
}

/** Asks grpc.health.v1.Health/Check (KEP-2727), without TLS, as the kubelet does. */
export async function probeGrpc(target: GrpcTarget, signal: AbortSignal): Promise<ProbeOutcome> {
  const address = target.host.includes(':') ? `[${target.host}]:${target.port}` : `${target.host}:${target.port}`;
  let answer: GrpcAnswer;
  try {
    answer = await check(address, target.service, signal);
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    return { result: 'failure', output: `error: failed to connect service at "${address}": ${message}` };
  }
  if (answer.status === unimplemented) {
    const words = 'this server does not implement the grpc health protocol (grpc.health.v1.Health)';
    return { result: 'failure', output: `error: ${words}: ${answer.message}` };
  }
  if (answer.status !== '0') {
    return { result: 'failure', output: `error: health rpc probe failed: ${answer.message}` };
  }
  const status = servingStatuses[servingStatusOf(answer.body)] ?? 'UNKNOWN';
  return status === 'SERVING'
    ? { result: 'success', output: 'service healthy' }
    : { result: 'failure', output: `service unhealthy (responded with "${status}")` };
}

function check(address: string, service: string, signal: AbortSignal): Promise<GrpcAnswer> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://${address}`);
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      session.destroy();
      settle();
    };
    const onAbort = (): void => end(() => reject(signal.reason as Error));
    signal.addEventListener('abort', onAbort, { once: true });
    session.on('error', (error) => end(() => reject(error)));
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'kube-probe/1.36',
    });
    const parts: Buffer[] = [];
    let length = 0;
    let status: string | undefined;
    let message = '';
    const note = (headers: IncomingHttpHeaders): void => {
      status = headerText(headers['grpc-status']) ?? status;
      message = headerText(headers['grpc-message']) ?? message;
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= longestAnswer) parts.push(part);
    });
    stream.on('error', (error) => end(() => reject(error)));
    stream.on('end', () => {
      const answer = { status, message: readable(message), body: Buffer.concat(parts) };
      end(() => resolve(answer));
    });
    stream.end(healthRequest(service));
    if (signal.aborted) onAbort();
  });
}

/** The message is percent-encoded; one that is not is taken as it is. */
function readable(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

/** One gRPC message: flag, length, and HealthCheckRequest { string service = 1 }. */
function healthRequest(service: string): Buffer {
  const name = Buffer.from(service, 'utf8');
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

/** The number of HealthCheckResponse { ServingStatus status = 1 }; 0 where the field is left out. */
function servingStatusOf(body: Buffer): number {
  return body.length >= 7 && body[5] === 0x08 ? (body[6] ?? 0) : 0;
}
