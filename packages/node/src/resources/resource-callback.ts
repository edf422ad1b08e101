import type { KubeClient } from '../kube/client.ts';
import { getObject } from '../kube/get-object.ts';
import { isForbidden, isNotFound } from '../kube/kube-error.ts';
import {
  configMaps,
  type KubeObject,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  type ResourceType,
  runtimeClasses,
  secrets,
} from '../kube/resource.ts';
import { InvalidInput } from '../provider/errors/invalid-input.ts';
import { NotFound } from '../provider/errors/not-found.ts';
import { silentLogger, type Logger } from '../provider/logger.ts';
import { formatPodRef, type PodRef } from '../provider/pod-ref.ts';
import type { ImageCredentials, ResourceCallback } from '../provider/provider-context.ts';
import type { Pod } from '../provider/wire.ts';
import { imageRepository } from './image-name.ts';
import type { Lookup } from './lookup.ts';
import { podReferences } from './references.ts';
import { matchingCredentials, registryEntries } from './registry-credentials.ts';
import type { ResourceWatches } from './resource-watches.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

/** What the resource callback of a node is made of. */
export interface ResourceCallbackOptions {
  readonly client: KubeClient;
  readonly watches: Pick<ResourceWatches, 'configMaps' | 'secrets'>;
  readonly tokens: ServiceAccountTokens;
  /** The API pod, where it is known here; otherwise it is asked for. */
  readonly findPod?: (ref: PodRef) => Pod | undefined;
  readonly log?: Logger;
}

const shortestTokenSeconds = 600;

/** A provider's way to the API server: from a live watch where there is one, else by a GET. */
export function createResourceCallback(options: ResourceCallbackOptions): ResourceCallback {
  const { client, watches, tokens, log = silentLogger } = options;

  const get = async <T extends KubeObject>(
    type: ResourceType<T>,
    ref: { readonly namespace?: string; readonly name: string },
    signal: AbortSignal,
    watched?: Lookup<T>,
  ): Promise<T | undefined> => {
    if (watched?.state === 'present') return watched.object;
    if (watched?.state === 'absent') return undefined;
    try {
      return await getObject(client, type, ref, signal);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };

  const getSecret: ResourceCallback['getSecret'] = (namespace, name, signal) =>
    get(secrets, { namespace, name }, signal, watches.secrets.peek(namespace, name));

  const getPod = async (ref: PodRef, signal: AbortSignal): Promise<Pod> => {
    const pod = options.findPod?.(ref) ?? (await get(pods, { namespace: ref.namespace, name: ref.name }, signal));
    if (pod?.metadata?.uid !== ref.uid) throw new NotFound(`pod "${formatPodRef(ref)}" is not there any more`);
    return pod;
  };

  return {
    getSecret,
    getConfigMap: (namespace, name, signal) =>
      get(configMaps, { namespace, name }, signal, watches.configMaps.peek(namespace, name)),
    getRuntimeClass: (name, signal) => get(runtimeClasses, { name }, signal),
    getPersistentVolumeClaim: (namespace, name, signal) => get(persistentVolumeClaims, { namespace, name }, signal),
    getPersistentVolume: (name, signal) => get(persistentVolumes, { name }, signal),

    async getImageCredentials(pod, image, signal): Promise<readonly ImageCredentials[]> {
      const namespace = pod.metadata?.namespace ?? '';
      const { imagePullSecrets } = podReferences(pod, { 'kube-api-access': 'omit', serviceLinks: 'omit' });
      const entries = await Promise.all(
        imagePullSecrets.map(async (name) => {
          const secret = await getSecret(namespace, name, signal);
          if (secret === undefined) {
            log.warn('an image pull secret is not there', { namespace, secret: name });
            return [];
          }
          try {
            const source = { namespace, name, uid: secret.metadata?.uid ?? '' };
            return registryEntries(secret).map(({ location, credentials }) => ({
              location,
              credentials: { ...credentials, secret: source },
            }));
          } catch {
            // The error of a parser quotes what it read, which here is a credential.
            log.warn('an image pull secret is not a docker configuration', { namespace, secret: name });
            return [];
          }
        }),
      );
      return matchingCredentials(entries.flat(), imageRepository(image));
    },

    async getServiceAccountToken(ref, request, signal) {
      const { audience, expirationSeconds } = request;
      if (expirationSeconds < shortestTokenSeconds)
        throw new InvalidInput('expirationSeconds', `a token lives for at least ${shortestTokenSeconds} s`);
      const pod = await getPod(ref, signal);
      const serviceAccountName = pod.spec?.serviceAccountName ?? 'default';
      const wish = { ref, serviceAccountName, expirationSeconds, ...(audience !== '' && { audience }) };
      try {
        const { token, expirationTimestamp } = await tokens.token(wish, signal);
        return { token, expirationTimestamp };
      } catch (error) {
        if (!isForbidden(error) || namesAudience(pod, audience)) throw error;
        throw new InvalidInput('audience', `no volume of pod "${formatPodRef(ref)}" names the audience "${audience}"`, {
          cause: error,
        });
      }
    },
  };
}

/** True when a projected volume of the pod asks for a token for this audience (the empty one is the API server's own). */
function namesAudience(pod: Pod, audience: string): boolean {
  const sources = (pod.spec?.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  return sources.some(
    ({ serviceAccountToken }) => serviceAccountToken !== undefined && (serviceAccountToken.audience ?? '') === audience,
  );
}
