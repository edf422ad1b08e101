import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { isMissing } from '../host/is-missing.ts';

export interface RotationLimits {
  readonly maxBytes: number;
  /** Files of one run, the current one among them; at least 2. */
  readonly maxFiles: number;
}

export interface RotationOptions extends RotationLimits {
  readonly now: Date;
  /** Has the runtime open the log anew. When it fails a log that was renamed gets its name back. */
  readonly reopen: () => Promise<void>;
}

/**
 * Rotates one log when it has grown too large, as the kubelet does: the log is renamed after the time, the one before it is
 * compressed, and the oldest are removed. True when it was. A log that is not there is opened anew: a process that was killed after
 * it had renamed the log has left the container writing to the old one.
 */
export async function rotateLog(path: string, options: RotationOptions): Promise<boolean> {
  const size = await sizeOf(path);
  if (size === undefined) await options.reopen();
  if (size === undefined || size < options.maxBytes) return false;
  await removeOldest(path, options.maxFiles - 2);
  await compressOld(path);
  const turned = `${path}.${timestamp(options.now)}`;
  await rename(path, turned);
  try {
    await options.reopen();
  } catch (error) {
    // One that took too long to say so may have opened it all the same: what is written there now is not to be lost.
    if ((await sizeOf(path)) === undefined) await rename(turned, path);
    throw error;
  }
  return true;
}

/** Removes a run's log with everything that was rotated out of it. */
export async function removeLogs(path: string): Promise<void> {
  await rm(path, { force: true });
  for (const old of await rotatedLogs(path)) await rm(old, { force: true });
}

/** The oldest first. */
async function rotatedLogs(path: string): Promise<string[]> {
  const prefix = `${basename(path)}.`;
  try {
    const names = await readdir(dirname(path));
    return names
      .filter((name) => name.startsWith(prefix))
      .sort()
      .map((name) => join(dirname(path), name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function removeOldest(path: string, keep: number): Promise<void> {
  const old = await rotatedLogs(path);
  for (const file of old.filter((name) => name.endsWith('.tmp'))) await rm(file, { force: true });
  const whole = old.filter((name) => !name.endsWith('.tmp'));
  for (const file of whole.slice(0, Math.max(0, whole.length - keep))) await rm(file, { force: true });
}

async function compressOld(path: string): Promise<void> {
  for (const file of await rotatedLogs(path)) {
    if (file.endsWith('.gz')) continue;
    await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.tmp`));
    await rename(`${file}.tmp`, `${file}.gz`);
    await rm(file);
  }
}

/** `20260101-000000`. */
function timestamp(now: Date): string {
  const [date = '', time = ''] = now
    .toISOString()
    .replaceAll(/[-:]|\..*$/gu, '')
    .split('T');
  return `${date}-${time}`;
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
