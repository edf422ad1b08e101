/** One request of a case. `{name}` in the path and in the body stands for a captured value. */
export interface Step {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  accept?: string;
  contentType?: string;
  /** JSON, or text that is sent as it is. */
  body?: unknown;
  /** Values to keep of the answer, by dotted path, for later steps. */
  capture?: Readonly<Record<string, string>>;
  /** For a watch: how many events to read before it is left. */
  events?: number;
  /** Not compared: it only prepares the next step. */
  isSetup?: boolean;
  /** Who asks, when it is not the administrator; `{name}` stands for a captured value. */
  as?: { user: string; groups?: readonly string[] };
}

/** Requests that are sent one after the other, in a namespace that no other case uses. */
export interface Case {
  name: string;
  steps: readonly Step[];
}

/** What a server answered to one step. */
export interface Answer {
  status: number;
  contentType: string;
  warnings: string[];
  /** The JSON body, the text of another one, or the events of a watch. */
  body: unknown;
}

export const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
export const mergePatch = 'application/merge-patch+json';
export const strategicPatch = 'application/strategic-merge-patch+json';
export const jsonPatch = 'application/json-patch+json';
