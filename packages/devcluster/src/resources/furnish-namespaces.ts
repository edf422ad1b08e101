import type { Clock } from '../clock.ts';
import type { Follow } from '../control-loop/object-change.ts';
import { runOnChange } from '../control-loop/run-on-change.ts';
import { namespaceContents } from './initial-objects.ts';
import type { ObjectDraft } from './object-draft.ts';

/** How the furnishing of namespaces runs. */
export interface FurnishNamespacesOptions {
  port: {
    follow: Follow<'namespaces' | 'serviceaccounts' | 'configmaps'>;
    /** Creates an object, or does nothing when it is there. Rejects when it can do neither. */
    ensure(draft: ObjectDraft): Promise<void>;
  };
  clock: Clock;
  signal: AbortSignal;
  /** Told of every call to the port that failed. It is tried again. */
  onError: (error: unknown) => void;
  /** The certificate authority of the API server, in PEM. */
  certificateAuthority: string;
}

/**
 * Gives every namespace its `default` ServiceAccount and its `kube-root-ca.crt`, and gives them again when somebody
 * deletes them. Runs until the signal aborts.
 */
export async function furnishNamespaces(options: FurnishNamespacesOptions): Promise<void> {
  const { port, clock, signal, onError, certificateAuthority } = options;
  const active = new Set<string>();
  const unfurnished = new Set<string>();
  const givenNames = new Set(namespaceContents('', '').map(({ metadata }) => metadata.name));

  await runOnChange({
    clock,
    signal,
    onError,
    follow: async (changed) => {
      await port.follow(
        'namespaces',
        ({ type, object }) => {
          const { name, deletionTimestamp } = object.metadata;
          if (type === 'deleted' || deletionTimestamp !== undefined) {
            active.delete(name);
            unfurnished.delete(name);
          } else if (!active.has(name)) {
            active.add(name);
            unfurnished.add(name);
            changed();
          }
        },
        signal,
      );
      for (const plural of ['serviceaccounts', 'configmaps'] as const) {
        await port.follow(
          plural,
          ({ type, object }) => {
            const { name, namespace = '' } = object.metadata;
            if (type !== 'deleted' || !givenNames.has(name) || !active.has(namespace)) return;
            unfurnished.add(namespace);
            changed();
          },
          signal,
        );
      }
    },
    pass: async () => {
      for (const namespace of unfurnished) {
        for (const draft of namespaceContents(namespace, certificateAuthority)) await port.ensure(draft);
        unfurnished.delete(namespace);
      }
      return undefined;
    },
  });
}
