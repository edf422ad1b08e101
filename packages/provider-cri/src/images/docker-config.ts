import { readFile } from 'node:fs/promises';
import type { ImageCredentials } from '@vk/node/provider';
import { z } from 'zod';
import { matchesImage } from './registry-match.ts';

const entry = z.object({
  username: z.string().optional(),
  password: z.string().optional(),
  auth: z.string().optional(),
  identitytoken: z.string().optional(),
});
const dockerConfig = z.object({ auths: z.record(z.string(), entry).default({}) });

/**
 * The credentials of a docker config file that are meant for an image, those with the longest key first. The file is read for
 * each pull, so that a new password counts at once.
 */
export async function dockerConfigCredentials(path: string, image: string): Promise<ImageCredentials[]> {
  const { auths } = dockerConfig.parse(JSON.parse(await readFile(path, 'utf8')));
  return Object.entries(auths)
    .filter(([key]) => matchesImage(key, image))
    .sort(([a], [b]) => b.length - a.length)
    .map(([registry, { auth, username, password, identitytoken }]) => ({
      registry,
      ...(auth === undefined ? definedOf({ username, password }) : pairOf(auth)),
      ...definedOf({ identityToken: identitytoken }),
    }));
}

function pairOf(auth: string): { username?: string; password?: string } {
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) return {};
  // Some writers pad the password with zero bytes.
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/u, '') };
}

function definedOf<T extends Record<string, string | undefined>>(values: T): { [Key in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: string;
  };
}
