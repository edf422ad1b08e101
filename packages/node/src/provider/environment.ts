/** A field of the pod that only the backend learns, after the pod has been accepted. */
export type DeferredField = 'status.podIP' | 'status.podIPs' | 'status.hostIP' | 'status.hostIPs';

/** Text that holds deferred fields, in order. Joined once the backend knows them; see {@link resolveText}. */
export interface DeferredText {
  readonly parts: readonly (string | { readonly field: DeferredField })[];
}

/** Text after `$(NAME)` expansion: final, or waiting for a deferred field. */
export type ExpandedText = string | DeferredText;

/** A variable whose value is known. `secret` is true when any part of the value came from a Secret. */
export interface PlainVariable {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
}

/** A variable whose value holds a field that the backend learns late, such as the pod's IP. */
export interface DeferredVariable {
  readonly name: string;
  readonly deferred: DeferredText;
  readonly secret: boolean;
}

export type EnvironmentVariable = PlainVariable | DeferredVariable;

/** One word of `command` or `args`, expanded. `secret` is true when any part of it came from a Secret. */
export interface ExpandedArgument {
  readonly text: ExpandedText;
  readonly secret: boolean;
}

/** One container's environment, complete: envFrom, env and service variables, in the kubelet's order, each name once. */
export interface ContainerEnvironment {
  readonly variables: readonly EnvironmentVariable[];
  /** `command` with `$(NAME)` expanded; absent where the container has none. */
  readonly command?: readonly ExpandedArgument[];
  /** `args` with `$(NAME)` expanded; absent where the container has none. */
  readonly args?: readonly ExpandedArgument[];
}

/** The deferred fields that a backend has learned. `status.podIPs` and `status.hostIPs` are comma-separated. */
export type DeferredValues = Readonly<Partial<Record<DeferredField, string>>>;

/** Joins a text. A field that is not in `values` becomes the empty string, as in the kubelet before an IP is known. */
export function resolveText(text: ExpandedText, values: DeferredValues): string {
  if (typeof text === 'string') return text;
  return text.parts.map((part) => (typeof part === 'string' ? part : (values[part.field] ?? ''))).join('');
}

/** Joins every word of a command. */
export function resolveArguments(words: readonly ExpandedArgument[], values: DeferredValues): string[] {
  return words.map(({ text }) => resolveText(text, values));
}

/** Makes every variable plain. */
export function resolveVariables(variables: readonly EnvironmentVariable[], values: DeferredValues): PlainVariable[] {
  return variables.map((variable) =>
    'value' in variable
      ? variable
      : { name: variable.name, value: resolveText(variable.deferred, values), secret: variable.secret },
  );
}
