import type { Pod } from '@vk/node/provider';
import type { CriServices } from './cri-services.ts';
import { RuntimeClassNotFoundError } from './runtime-class-not-found-error.ts';

/**
 * The runtime handler of a pod, by its RuntimeClass.
 *
 * @throws RuntimeClassNotFoundError
 */
export async function runtimeHandler(
  services: Pick<CriServices, 'defaultRuntimeHandler' | 'getRuntimeClass'>,
  { spec }: Pod,
  signal: AbortSignal,
): Promise<string> {
  const name = spec?.runtimeClassName ?? '';
  if (name === '') return services.defaultRuntimeHandler;
  const runtimeClass = await services.getRuntimeClass(name, signal);
  if (runtimeClass === undefined) throw new RuntimeClassNotFoundError(name);
  return runtimeClass.handler;
}
