import type { ContainerStatus, Pod } from '../../provider/wire.ts';
import { HttpError } from '../errors/http-error.ts';

/**
 * Says by the pod's status whether a container has a log, in the words of the kubelet. These come with 400: of a 404 the API
 * server shows users no word.
 *
 * @throws HttpError 400 when it has none: it has not started, or there is no previous run.
 */
export function checkLogState(pod: Pod, container: string, previous: boolean): void {
  const named = `container "${container}" in pod "${pod.metadata?.name ?? ''}"`;
  const status = statusOf(pod, container);
  if (status === undefined) throw new HttpError(400, `${named} is not available`);
  const { state, lastState, restartCount } = status;
  if (previous) {
    if (lastState?.terminated === undefined && restartCount === 0)
      throw new HttpError(400, `previous terminated ${named} not found`);
    return;
  }
  if (state?.running !== undefined || state?.terminated !== undefined || lastState?.terminated !== undefined) return;
  throw new HttpError(400, `${named} is waiting to start${whyItWaits(state?.waiting?.reason)}`);
}

function statusOf({ status = {} }: Pod, container: string): ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status;
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find(
    ({ name }) => name === container,
  );
}

function whyItWaits(reason: string | undefined): string {
  switch (reason) {
    case undefined:
      return ' - no logs yet';
    case 'ErrImagePull':
      return ": image can't be pulled";
    case 'ImagePullBackOff':
      return ': trying and failing to pull image';
    default:
      return `: ${reason}`;
  }
}
