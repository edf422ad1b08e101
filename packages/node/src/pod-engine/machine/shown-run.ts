import type { ContainerStatus } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';

/** What was shown of a container was shown of this run. */
export function isOf({ containerID }: ContainerStatus, { id }: RuntimeContainer): boolean {
  return containerID?.endsWith(`://${id}`) ?? false;
}
