import type { FieldError } from '../provider/field-error.ts';
import type { Pod } from '../provider/wire.ts';

const containerKinds = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** What no backend can honour in a pod's environment, by field path: to be refused before anything is created. */
export function unsupportedEnvironmentSources(pod: Pod): FieldError[] {
  return containerKinds.flatMap((kind) =>
    (pod.spec?.[kind] ?? []).flatMap(({ env = [] }, container) =>
      env.flatMap(({ valueFrom }, variable) =>
        valueFrom?.fileKeyRef === undefined
          ? []
          : [
              {
                field: `spec.${kind}[${container}].env[${variable}].valueFrom.fileKeyRef`,
                message:
                  'variables from a file in a volume are not supported on this node; use a ConfigMap or a Secret',
              },
            ],
      ),
    ),
  );
}
