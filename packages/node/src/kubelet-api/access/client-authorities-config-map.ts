import type { KubeClient } from '../../kube/client.ts';
import { getObject } from '../../kube/get-object.ts';
import { isForbidden, isNotFound } from '../../kube/kube-error.ts';
import { Reflector } from '../../kube/reflector.ts';
import { configMaps } from '../../kube/resource.ts';
import type { WatchProblem } from '../../kube/watch-recovery.ts';
import type { Logger } from '../../provider/logger.ts';
import type { ConfigMap } from '../../provider/wire.ts';
import type { Clock } from '../../work/clock.ts';
import { certificatesOf, type ClientAuthorities } from './client-authorities.ts';
import { mayI } from '../../kube/may-i.ts';

export interface ClientAuthoritiesConfigMapOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** Told when the watch broke off; it goes on by itself. */
  readonly onProblem: (problem: WatchProblem) => void;
}

/** Where kube-apiserver publishes the CA that it accepts clients with, for servers like this one. */
const ref = { namespace: 'kube-system', name: 'extension-apiserver-authentication' };
const key = 'client-ca-file';

const notAccepted =
  'Client certificates are not accepted, only tokens: no client CA is known. Name its file with --client-ca-file, or bind these credentials to the Role extension-apiserver-authentication-reader in kube-system. An API server that comes with a client certificate, as most do, is refused: kubectl logs and exec will not work';

/** The client CA of the cluster as it publishes it itself, where these credentials may read that. A node's may not. */
export function clientAuthoritiesConfigMap(options: ClientAuthoritiesConfigMapOptions): ClientAuthorities {
  const { client, clock, log, random, onProblem } = options;
  let readable = false;
  let known: string | undefined;

  function usable(object: ConfigMap | undefined): string | undefined {
    const bundle = object?.data?.[key];
    if (bundle === undefined || bundle.trim() === '') return undefined;
    try {
      certificatesOf(bundle);
      return bundle;
    } catch (error) {
      log.error('The client CA of the cluster cannot be used: what was known before stays', { ...ref, error });
      return known;
    }
  }

  return {
    async open(signal) {
      try {
        readable = (await mayI(client, { verb: 'get', resource: 'configmaps', ...ref }, signal)) !== false;
        if (readable) known = usable(await getObject(client, configMaps, ref, signal));
      } catch (error) {
        if (isForbidden(error)) readable = false;
        else if (!isNotFound(error)) throw error;
      }
      if (known === undefined) log.warn(notAccepted);
      return known;
    },
    async follow(onChange, signal) {
      if (!readable) return;
      const take = (object: ConfigMap | undefined): void => {
        const bundle = usable(object);
        if (bundle === known) return;
        known = bundle;
        if (bundle === undefined) log.warn(notAccepted);
        else log.info('The cluster has another client CA');
        onChange(bundle);
      };
      const reflector = new Reflector({
        client,
        clock,
        random,
        type: configMaps,
        ...ref,
        onProblem,
        handlers: { onApply: take, onDelete: () => take(undefined) },
      });
      await reflector.run(signal);
    },
  };
}
