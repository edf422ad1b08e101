import type { Container, Pod } from '../../provider/wire.ts';

/** The text of an event of a resize, as the kubelet has it: what it is, and what is asked for as JSON. */
export function resizeWords(what: string, { metadata, spec }: Pod, error?: string): string {
  const summary = (containers: readonly Container[] | undefined): unknown[] | undefined =>
    containers?.map(({ name, resources = {} }) => ({ name, resources }));
  const json = JSON.stringify({
    initContainers: summary(spec?.initContainers),
    containers: summary(spec?.containers),
    generation: metadata?.generation ?? 0,
    error,
  });
  return `Pod resize ${what}: ${json}`;
}
