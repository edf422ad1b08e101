import { readFile } from 'node:fs/promises';
import { dockerConfigCredentials } from '@vk/node/pod-engine';
import type { ImageCredentials, Logger } from '@vk/node/provider';

/** The host's own credentials for registries, out of a docker config file. */
export class HostCredentials {
  readonly #path: string | undefined;
  readonly #log: Logger;
  #toldHelpers = '';

  constructor(path: string | undefined, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  /**
   * Those for an image. The file is read each time, so that a new password counts at once. A file that cannot be read is logged,
   * without any of what is in it, and is as good as none.
   */
  async forImage(image: string): Promise<readonly ImageCredentials[]> {
    const path = this.#path;
    if (path === undefined) return [];
    let problem = 'it cannot be read';
    try {
      const text = await readFile(path, 'utf8');
      problem = 'it is not JSON';
      const config: unknown = JSON.parse(text);
      problem = 'it is no docker configuration';
      const credentials = dockerConfigCredentials(config, image);
      this.#tellHelpers(path, config);
      return credentials;
    } catch {
      // The error of a parser quotes what it read, which here is a credential.
      this.#log.warn("The host's credentials for registries cannot be used", { path, problem });
      return [];
    }
  }

  /** Once for each set of them. */
  #tellHelpers(path: string, config: unknown): void {
    const { credsStore, credHelpers } = config as { readonly credsStore?: unknown; readonly credHelpers?: unknown };
    const registries = typeof credHelpers === 'object' && credHelpers !== null ? Object.keys(credHelpers) : [];
    const helpers = [...(typeof credsStore === 'string' ? ['credsStore'] : []), ...registries].join(', ');
    if (helpers !== '' && helpers !== this.#toldHelpers)
      this.#log.warn('Credential helpers of a docker config file are not run: only its auths count', { path, helpers });
    this.#toldHelpers = helpers;
  }
}
