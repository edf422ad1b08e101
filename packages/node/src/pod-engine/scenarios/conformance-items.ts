/** A file beside this one, or above it, and words of the name of a test there. */
type Place = readonly [file: string, words: string];

/**
 * What Kubernetes' node conformance asks of a pod and its containers, and the tests here that hold it. What is the backend's own (a
 * root file system that is read-only, users, sysctls, runtime classes) is for the backend's tests.
 */
export const conformanceItems: Readonly<Record<string, readonly Place[]>> = {
  'pods: submitted and removed': [['under-the-core.test.ts', 'brings a pod from creation to its end']],
  'pods: updated': [['pod-shape.test.ts', 'has a container replaced whose image is another one']],
  'pods: activeDeadlineSeconds, also set later': [
    ['termination.test.ts', 'ends a pod that runs longer, as DeadlineExceeded'],
    ['termination.test.ts', 'can be set while the pod runs'],
  ],
  'pods: host IP': [
    ['../../pods/status/desired-status.test.ts', 'fills what the backend did not say: host address'],
    ['pod-shape.test.ts', 'shows the addresses of the host for a pod in its network'],
  ],
  'pods: the status can be patched by others': [
    ['../../pods/status/status-patch.test.ts', 'keeps the conditions of others'],
  ],
  'pods: a collection is deleted; taint-based eviction': [
    ['under-the-core.test.ts', 'stops all pods that are deleted at once'],
  ],
  'pods: variables of services': [
    ['../../environment/service-variables.test.ts', 'tell of the host, the first port, named ports and the links'],
  ],
  'pods: commands and logs over WebSocket': [
    ['../../kubelet-api/streams/exec.test.ts', 'websocket'],
    ['../runtime-capabilities.test.ts', 'reads the log of the newest run'],
  ],
  'pods: readiness gates': [
    ['../../pods/status/pod-conditions.test.ts', 'waits for the condition that the gate names'],
  ],
  'pods: back-off begins anew with another image': [['restart-policy.test.ts', 'starts at once with another image']],
  'pods: back-off is capped': [['restart-policy.test.ts', 'waits for its restart: at once, 10 s, 20 s, ... 300 s']],
  'pods: quality of service class': [
    ['../../pods/status/desired-status.test.ts', 'never writes the quality of service class'],
  ],
  'probes: not ready before the initial delay, and never restarted': [
    ['probes.test.ts', 'keep a container from being ready until they succeed, after their initial delay'],
  ],
  'probes: never ready, and never restarted': [['probes.test.ts', 'that never succeed never restart it']],
  'probes: liveness by exec, http, tcp and grpc': [['probes.test.ts', "'http', 'tcp', 'grpc', 'exec'"]],
  'probes: liveness by exec that takes too long': [['probes.test.ts', 'that run into their time fail']],
  'probes: redirects': [['../probes/network-probe-runner.test.ts', 'follows a redirect on the same host']],
  'probes: the restart count grows': [['probes.test.ts', 'count restarts monotonically']],
  'probes: startup': [
    ['probes.test.ts', 'hold the others back until they succeed'],
    ['probes.test.ts', 'restart a container that does not come up in time'],
  ],
  'probes: a grace of their own': [['probes.test.ts', 'stop a container within their own grace']],
  'probes: readiness while the pod stops, liveness no more': [
    ['probes.test.ts', 'go on while the pod stops'],
    ['probes.test.ts', 'are not made while a pod stops'],
  ],
  'probes: of sidecars': [['init-containers.test.ts', 'are probed: one that fails its liveness probe is restarted']],
  'hooks: postStart by exec': [['hooks.test.ts', 'run after the start; until they end']],
  'hooks: preStop by exec': [['hooks.test.ts', 'run on a container that a probe has condemned, too']],
  'hooks: postStart by http and https': [
    ['http-hooks.test.ts', 'is sent with its path and headers'],
    ['http-hooks.test.ts', 'by HTTPS takes whatever certificate it is shown'],
  ],
  'hooks: preStop by http': [['http-hooks.test.ts', 'before the stop is sent before the signal']],
  'hooks: sleep, within the grace, and for no time': [
    ['hooks.test.ts', 'run before the stop signal, and their time is taken from the grace'],
    ['hooks.test.ts', 'ends at once, after the start and before the stop'],
  ],
  'termination messages: file, log after a failure, empty after a success': [
    ['termination.test.ts', 'the log after a failure'],
    ['termination.test.ts', 'nothing after a success'],
    ['termination.test.ts', 'the file before the log'],
  ],
  'restart policies: phases, restart counts, ready, state': [
    ['restart-policy.test.ts', "restartPolicy: 'Never', exitCode: 0"],
  ],
  'restart rules of containers': [
    ['restart-policy.test.ts', 'restart it where the policy would not'],
    ['restart-policy.test.ts', 'start all containers anew'],
  ],
  'init containers: run before the others under Never and Always': [
    ['init-containers.test.ts', 'run one after the other, each to its end'],
  ],
  'init containers: the others do not start when they fail under Always': [
    ['init-containers.test.ts', "['Always', 'OnFailure']"],
  ],
  'init containers: a failure fails the pod under Never': [
    ['init-containers.test.ts', 'that fail end a pod that never restarts'],
  ],
  'sidecars: start and stop order': [
    ['init-containers.test.ts', 'start in order, each after the startup probe'],
    ['init-containers.test.ts', 'stop after the regular containers, in reverse order'],
  ],
  'ephemeral containers: in a running pod, also with a target': [
    ['pod-shape.test.ts', 'are started in a running pod, beside the container that they name'],
  ],
  'kubelet: logs': [['../runtime-capabilities.test.ts', 'reads the log of the newest run']],
  'kubelet: a command that always fails has a reason, and can be deleted': [
    ['termination.test.ts', 'can be deleted while it waits for its restart'],
  ],
  'kubelet: host aliases and the hosts file': [['pod-shape.test.ts', 'a hosts file with']],
  'images: cannot be pulled, secrets': [
    ['images.test.ts', 'that cannot be pulled is tried again'],
    ['images.test.ts', 'is pulled with the credentials of the pod'],
  ],
  'downward API: name, namespace, uid, addresses, resources': [
    ['../../environment/field-reference.test.ts', "'status.podIP', 'status.podIPs', 'status.hostIP', 'status.hostIPs'"],
    ['../../environment/resource-field-reference.test.ts', 'gives what the node can allocate'],
    ['pod-shape.test.ts', 'has the addresses of the pod in its environment and arguments'],
  ],
  'ConfigMaps and Secrets as variables': [
    ['../../environment/resolve-environment.test.ts', 'takes envFrom in order, then env'],
    ['../../environment/resolve-environment.test.ts', 'marks as secret whatever holds a part of a Secret'],
  ],
  'containers: command and arguments of their own or of the image': [
    ['pod-shape.test.ts', 'overrides what the image starts'],
  ],
  'in-place resize: of containers and pods, deferred, infeasible': [
    ['resize.test.ts', 'is given them in place'],
    ['resize.test.ts', 'is restarted where its policy asks for that'],
    ['resize.test.ts', 'defers a resize that does not fit'],
    ['resize.test.ts', 'that is infeasible'],
    ['resize.test.ts', 'is given more before its containers are'],
  ],
  'node lease': [['../../node-object/lease-controller.test.ts', 'makes the lease, then renews it at a quarter']],
};
