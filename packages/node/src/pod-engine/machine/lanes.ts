/** Where the start of a container goes on, from its image to its hook. */
export function startLane(container: string): string {
  return `start/${container}`;
}

/** Where the stop of one run of a container goes on: beside its start, which may hang in a hook. */
export function stopLane(containerId: string): string {
  return `stop/${containerId}`;
}

export function probeLane(container: string, type: string): string {
  return `probe/${container}/${type}`;
}

export function resizeLane(container: string): string {
  return `resize/${container}`;
}

export function removeLane(container: string): string {
  return `remove/${container}`;
}

export const sandboxLane = 'sandbox';

/** Where a sandbox goes that another one has replaced. */
export const removeSandboxLane = 'remove-sandbox';

/** Where the resources of the pod as a whole are changed. */
export const podResizeLane = 'resize-pod';

/** Where what the pod needs on the host is made ready, and taken away. */
export const hostLane = 'host';
